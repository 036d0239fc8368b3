import { excess, largest, nothing, specText, sum, type Amounts } from '../../../domain/quota.ts';
import { appliesTo, type Intent, type Quota, type QuotaStatus } from '../../../domain/quota.ts';
import { isIdOfVolume } from '../../../domain/ids.ts';
import { claimOfSnapshot, claimOfVolume, type Claim, type Counting } from './claim.ts';

/** Milliseconds after which an attempt that has made nothing is no attempt any more: no call lasts nearly as long. */
const ATTEMPT_MS = 3_600_000;

/** What is there, by id. */
export type Present = ReadonlyMap<string, Claim>;

/** All that there is. `isExact`: at this moment, and not as watches have told. */
export async function listPresent(counting: Counting, isExact: boolean): Promise<Present> {
  const { catalog } = counting;
  const query = isExact ? ({ isExact } as const) : {};
  const [volumes, snapshots] = await Promise.all([catalog.volumes.list(query), catalog.snapshots.list(query)]);
  const claims = [...volumes.map((volume) => claimOfVolume(volume, counting)), ...snapshots.map(claimOfSnapshot)];
  return new Map(claims.map((claim) => [claim.id, claim]));
}

/** Of these alone, what is there. */
export async function findPresent(claims: readonly Claim[], counting: Counting): Promise<Present> {
  const found = await Promise.all(claims.map(({ id }) => find(id, counting)));
  return new Map(found.flatMap((claim) => (claim === undefined ? [] : [[claim.id, claim] as const])));
}

/** The status as it is when all that is there is counted, and the attempts whose resource is not there yet. */
export function counted({ spec, status }: Quota, present: Present, now: number): QuotaStatus {
  const intents = status.intents.filter(
    ({ id, uuid, since }) => present.get(id)?.uuid !== uuid && now - Date.parse(since) < ATTEMPT_MS,
  );
  const ids = new Set(intents.map(({ id }) => id));
  const extra = [...ids].map((id) => excess(intended(intents, id), amountsIn(spec, present.get(id))));
  const there = [...present.values()].map((claim) => amountsIn(spec, claim));
  return { used: [...there, ...extra].reduce(sum, nothing), intents, countedFor: specText(spec) };
}

/** What counts for the quota of something that may be there. */
export function amountsIn(spec: Quota['spec'], claim: Claim | undefined): Amounts {
  return claim !== undefined && appliesTo(spec, claim.belonging) ? claim.amounts : nothing;
}

/** The status with an attempt in it. `there`: what counts already of what is there under its id. */
export function withClaim(status: QuotaStatus, claim: Claim, there: Amounts, now: number): QuotaStatus {
  const { id, uuid, amounts } = claim;
  const before = largest([there, intended(status.intents, id)]);
  const intents = [...status.intents, { id, uuid, ...amounts, since: new Date(now).toISOString() }];
  return { ...status, used: sum(status.used, excess(amounts, before)), intents };
}

/** The status without an attempt that has ended, and what counted for that alone. */
export function withoutClaim(status: QuotaStatus, { id, uuid }: Claim, there: Amounts): QuotaStatus {
  const intents = status.intents.filter((intent) => intent.id !== id || intent.uuid !== uuid);
  const before = largest([there, intended(status.intents, id)]);
  const after = largest([there, intended(intents, id)]);
  return { ...status, used: excess(status.used, excess(before, after)), intents };
}

/** The status without attempts that have ended well. What they were counted for stays in what is used: it is there. */
export function withoutEnded(status: QuotaStatus, ended: ReadonlySet<string>): QuotaStatus {
  return { ...status, intents: status.intents.filter(({ uuid }) => !ended.has(uuid)) };
}

function intended(intents: readonly Intent[], id: string): Amounts {
  return largest(intents.filter((intent) => intent.id === id));
}

async function find(id: string, counting: Counting): Promise<Claim | undefined> {
  const { volumes, snapshots } = counting.catalog;
  if (isIdOfVolume(id)) {
    const volume = await volumes.find(id);
    return volume && claimOfVolume(volume, counting);
  }
  const snapshot = await snapshots.find(id);
  return snapshot && claimOfSnapshot(snapshot);
}
