import { isDeepStrictEqual } from 'node:util';
import { ConflictError } from '../../../catalog/catalog.ts';
import { VolumeError } from '../../../domain/errors.ts';
import { appliesTo, specText, type Quota, type QuotaStatus } from '../../../domain/quota.ts';
import type { Claim, Counting } from './claim.ts';
import { amountsIn, counted, findPresent, listPresent, type Present } from './count.ts';
import { withClaim, withoutClaim, withoutEnded } from './count.ts';
import { refusalOf } from './refusal.ts';

export interface BookOptions extends Counting {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What of an attempt counts for one quota. */
export interface Share {
  readonly quotaId: string;
  readonly claims: readonly Claim[];
}

/** All that there is, and the attempts that had ended well before it was listed: what later ones made may not be in it. */
interface Listed {
  readonly present: Present;
  readonly ended: ReadonlySet<string>;
}

/** Rounds are lost only to other processes that were faster. */
const MAX_ROUNDS = 128;

/**
 * What is used of each quota, in its status. Each write is a compare-and-swap over what was read before the resources were
 * looked at; so what is there and what is claimed never counts for less than it is. One call at a time for each quota.
 */
export class QuotaBook {
  readonly #options: BookOptions;
  /** By quota, the attempts that have ended well: the next write strikes them off. */
  readonly #ended = new Map<string, Set<string>>();
  /** By quota, the version of which a count found no more room, and when that count began. */
  readonly #full = new Map<string, { readonly version: string; readonly began: number }>();

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /**
   * Claims the share for an attempt that was asked for at `since`, as performance.now() has it. Throws ResourceExhausted
   * when that is too much, also after all was counted anew.
   */
  async take(share: Share, since: number): Promise<void> {
    // What this process has written is in the list; that it is late is found out by the write.
    const [known] = (await this.#options.catalog.quotas.list()).filter(({ id }) => id === share.quotaId);
    await this.#decided(share.quotaId, known, async (quota) => {
      if (await this.#takeAsCounted(quota, share.claims, since)) return;
      // Read again: it may come from a list.
      const fresh = await this.#options.catalog.quotas.find(quota.id);
      if (fresh !== undefined) await this.#countAndTake(fresh, share.claims);
    });
  }

  /** Takes back what was claimed, but for what is there all the same. Safe to repeat. */
  async takeBack({ quotaId, claims }: Share): Promise<void> {
    await this.#decided(quotaId, undefined, async (quota) => {
      const present = await findPresent(claims, this.#options);
      const there = (claim: Claim) => amountsIn(quota.spec, present.get(claim.id));
      const status = claims.reduce((left, claim) => withoutClaim(left, claim, there(claim)), quota.status);
      await this.#write(quota, status);
    });
  }

  /** The attempt has ended well: what it made is there. */
  end({ quotaId, claims }: Share): void {
    const ended = this.#ended.get(quotaId) ?? new Set();
    for (const { uuid } of claims) ended.add(uuid);
    this.#ended.set(quotaId, ended);
  }

  /** Counts anew where there is a difference to what watches have told. */
  async countAnew(): Promise<void> {
    const { catalog } = this.#options;
    const quotas = await catalog.quotas.list();
    if (quotas.length === 0) return;
    const told = await this.#list(false);
    const stale = quotas.filter((quota) => !isDeepStrictEqual(this.#counted(quota, told), quota.status));
    if (stale.length === 0) return;
    const fresh = await Promise.all(stale.map(({ id }) => catalog.quotas.find(id)));
    const listed = await this.#list(true);
    for (const quota of fresh) if (quota !== undefined) await unlessOvertaken(() => this.#recount(quota, listed));
  }

  /** False when only counting all anew can tell. */
  async #takeAsCounted(quota: Quota, claims: readonly Claim[], since: number): Promise<boolean> {
    const { spec, status, id, version } = quota;
    if (status.countedFor !== specText(spec)) return false;
    const wanted = this.#withAll(quota, status, claims, await findPresent(claims, this.#options));
    const refusal = refusalOf(quota, status.used, wanted.used);
    if (refusal === undefined) {
      await this.#write(quota, wanted);
      return true;
    }
    // Of many who are refused at once one has counted.
    const full = this.#full.get(id);
    if (full?.version === version && full.began >= since) throw refusal;
    return false;
  }

  async #countAndTake(quota: Quota, claims: readonly Claim[]): Promise<void> {
    const began = performance.now();
    const listed = await this.#list(true);
    const status = this.#counted(quota, listed);
    const wanted = this.#withAll(quota, status, claims, listed.present);
    const refusal = refusalOf(quota, status.used, wanted.used);
    if (refusal === undefined) {
      await this.#write(quota, wanted);
      return;
    }
    const { version } = await this.#recount(quota, listed);
    this.#full.set(quota.id, { version, began });
    throw refusal;
  }

  #withAll({ spec }: Quota, status: QuotaStatus, claims: readonly Claim[], present: Present): QuotaStatus {
    const now = this.#options.now();
    const own = claims.filter(({ belonging }) => appliesTo(spec, belonging));
    return own.reduce((taken, claim) => withClaim(taken, claim, amountsIn(spec, present.get(claim.id)), now), status);
  }

  async #recount(quota: Quota, listed: Listed): Promise<Quota> {
    const status = this.#counted(quota, listed);
    return isDeepStrictEqual(status, quota.status) ? quota : await this.#write(quota, status);
  }

  async #list(isExact: boolean): Promise<Listed> {
    const ended = new Set([...this.#ended.values()].flatMap((uuids) => [...uuids]));
    return { ended, present: await listPresent(this.#options, isExact) };
  }

  #counted(quota: Quota, { present, ended }: Listed): QuotaStatus {
    return counted({ ...quota, status: withoutEnded(quota.status, ended) }, present, this.#options.now());
  }

  /** Throws ConflictError when the quota is not as it was read. */
  async #write(quota: Quota, status: QuotaStatus): Promise<Quota> {
    const ended = new Set(this.#ended.get(quota.id));
    const written = await this.#options.catalog.quotas.updateStatus(quota, withoutEnded(status, ended));
    for (const uuid of ended) this.#ended.get(quota.id)?.delete(uuid);
    return written;
  }

  /** Reads the quota and decides, again whenever another process was faster; nothing is to be done once it is gone. */
  async #decided(id: string, known: Quota | undefined, decide: (quota: Quota) => Promise<void>): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const quota = (round === 0 ? known : undefined) ?? (await this.#options.catalog.quotas.find(id));
      if (quota === undefined || (await unlessOvertaken(() => decide(quota)))) return;
    }
    throw new VolumeError('Aborted', `quota ${id} is being used by too many callers at once; try again`);
  }
}

/** False when another writer was faster. */
async function unlessOvertaken(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
