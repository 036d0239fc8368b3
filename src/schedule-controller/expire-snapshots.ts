import type { Api } from '../catalog/kubernetes/api.ts';
import { groupSnapshots, volumeSnapshots } from '../catalog/kubernetes/apis.ts';
import { messageOf } from '../domain/errors.ts';
import type { SnapshotSchedule } from '../domain/snapshot-schedule.ts';
import { earliest } from '../schedule/earliest.ts';
import { aheadOfTime, retention } from '../schedule/retention.ts';
import type { ScheduleControllerDeps } from './deps.ts';
import { isLocked } from './locks.ts';
import { CLAIM_UIDS, SCHEDULE } from './names.ts';
import { isMadeBy, snapshotSchema, type SnapshotObject } from './snapshot-object.ts';

export interface Expired {
  /** What should be gone and is not, or should be ready and is not, one sentence each. */
  readonly problems: readonly string[];
  /** When to look again, milliseconds since the epoch; undefined when only a new snapshot can change anything. */
  readonly nextCheck: number | undefined;
}

const DAY_MS = 86_400_000;

/** Milliseconds until what is not ready yet, or was not deleted, is looked at again. */
const SOON_MS = 15_000;
const RETRY_MS = 300_000;

/**
 * Deletes what the schedule has made and does not keep any more, by its uid, and nothing else. What has a delete lock stays,
 * and is told. What has failed for a day goes once a newer one is there beside it. Throws when the API server does not answer.
 */
export async function expireSnapshots(schedule: SnapshotSchedule, deps: ScheduleControllerDeps): Promise<Expired> {
  const { clock } = deps;
  const now = clock.now();
  const api = schedule.spec.together ? groupSnapshots : volumeSnapshots;
  const own = await madeBy(schedule, api, deps);
  const ready = own.filter(({ status }) => status.readyToUse);
  const unready = own.filter(({ status }) => !status.readyToUse);
  const cuts = ready.map(({ metadata, spec, status }) => ({
    id: metadata.name,
    of: metadata.annotations[CLAIM_UIDS]?.split(',') ?? [spec.source.persistentVolumeClaimName],
    time: Date.parse(status.creationTime ?? metadata.creationTimestamp),
    isLocked: false,
  }));
  const moment = { now, isSteady: clock.isSteady() };
  const { expired, ahead, nextCheck } = retention(cuts, schedule.spec.keep, moment);
  const old = new Set(expired);
  const isDoomed = (one: SnapshotObject): boolean => old.has(one.metadata.name) || isHopeless(one, own, now);
  const doomed = own.filter(isDoomed);
  const kept = await Promise.all(doomed.map((one) => remove(one, api, schedule, deps)));
  const failed = unready.filter((one) => !isDoomed(one) && one.status.error !== undefined).map(whyNotReady);
  const keptProblems = kept.filter((problem) => problem !== undefined);
  const problems = [...keptProblems, ...failed, ...ahead.map(aheadOfTime)];
  const isSoonReady = unready.some(({ metadata }) => now - Date.parse(metadata.creationTimestamp) < RETRY_MS);
  const [soon, retry] = [isSoonReady ? now + SOON_MS : undefined, problems.length > 0 ? now + RETRY_MS : undefined];
  return { problems, nextCheck: earliest(nextCheck, soon, retry) };
}

async function madeBy(
  schedule: SnapshotSchedule,
  api: Api,
  { client }: ScheduleControllerDeps,
): Promise<readonly SnapshotObject[]> {
  const query = { labelSelector: `${SCHEDULE}=${schedule.name}` };
  const labelled = await client.list(api, schedule.namespace, query, snapshotSchema);
  return labelled.filter((one) => isMadeBy(one, schedule) && one.metadata.deletionTimestamp === undefined);
}

/** It has failed, for longer than any copy takes, and the claim has been tried again since. */
function isHopeless({ metadata, spec, status }: SnapshotObject, all: readonly SnapshotObject[], now: number): boolean {
  const made = Date.parse(metadata.creationTimestamp);
  if (status.readyToUse || status.error === undefined || now - made < DAY_MS) return false;
  return all.some(
    (other) =>
      other.spec.source.persistentVolumeClaimName === spec.source.persistentVolumeClaimName &&
      Date.parse(other.metadata.creationTimestamp) > made,
  );
}

/** Why it stays; undefined when it is on its way out. */
async function remove(
  one: SnapshotObject,
  api: Api,
  { namespace }: SnapshotSchedule,
  deps: ScheduleControllerDeps,
): Promise<string | undefined> {
  const { name, uid } = one.metadata;
  try {
    if (await isLocked(one, deps)) return `${name} is locked`;
    await deps.client.remove({ api, namespace, name }, uid);
    deps.log.info({ namespace, snapshot: name }, 'a snapshot that its schedule does not keep any more is deleted');
    return undefined;
  } catch (error) {
    return `${name} is not deleted: ${messageOf(error)}`;
  }
}

function whyNotReady({ metadata, status }: SnapshotObject): string {
  return `${metadata.name} is not ready: ${status.error?.message ?? ''}`;
}
