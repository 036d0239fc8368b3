import { deleteSnapshot } from '../csi/controller/delete-snapshot.ts';
import { deleteVolumeGroupSnapshot } from '../csi/group-controller/delete-volume-group-snapshot.ts';
import type { Call } from '../csi/server/unary.ts';
import { messageOf } from '../domain/errors.ts';
import type { Schedule } from '../domain/schedule.ts';
import { earliest } from '../schedule/earliest.ts';
import { aheadOfTime, retention } from '../schedule/retention.ts';
import type { SchedulerDeps } from './deps.ts';
import { madeBy, type Made } from './made-by.ts';

export interface Expired {
  /** What should be gone and is not, one sentence each. */
  readonly kept: readonly string[];
  /** When to look again, milliseconds since the epoch; undefined when only a new snapshot can change anything. */
  readonly nextCheck: number | undefined;
}

const RETRY_MS = 60_000;

/**
 * Deletes what the schedule has made and does not keep any more. Nothing else: neither snapshots of people, nor those of
 * another schedule, nor of one that had the same name. What is locked stays, and is told. Throws the reason of the signal.
 */
export async function expireSnapshots(schedule: Schedule, deps: SchedulerDeps, call: Call): Promise<Expired> {
  const { clock } = deps;
  const moment = { now: clock.now(), isSteady: clock.isSteady() };
  const own = await madeBy(schedule, deps.controller.catalog);
  const cuts = own.map(({ cut }) => cut);
  const { expired, locked, ahead, nextCheck } = retention(cuts, schedule.spec.keep, moment);
  const namesOf = (ids: readonly string[]) => cuts.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  const kept = [...namesOf(locked).map((name) => `${name} is locked`), ...namesOf(ahead).map(aheadOfTime)];
  const doomed = new Set(expired);
  const outcomes = await Promise.all(own.filter(({ cut }) => doomed.has(cut.id)).map((one) => remove(one, deps, call)));
  const problems = outcomes.filter((problem) => problem !== undefined);
  const retry = problems.length > 0 ? moment.now + RETRY_MS : undefined;
  return { kept: [...kept, ...problems], nextCheck: earliest(nextCheck, retry) };
}

/** Why it could not be deleted; undefined when it is. */
async function remove(
  { cut: { id, name }, members }: Made,
  { controller, log }: SchedulerDeps,
  call: Call,
): Promise<string | undefined> {
  try {
    if (members === undefined) await deleteSnapshot({ snapshotId: id, secrets: {} }, controller, call);
    else {
      const request = { groupSnapshotId: id, snapshotIds: [...members], secrets: {} };
      await deleteVolumeGroupSnapshot(request, controller, call);
    }
    log.info({ snapshot: name }, 'a snapshot that its schedule does not keep any more is deleted');
    return undefined;
  } catch (error) {
    call.signal.throwIfAborted();
    return `${name} is not deleted: ${messageOf(error)}`;
  }
}
