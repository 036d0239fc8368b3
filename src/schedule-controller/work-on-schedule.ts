import { messageOf, VolumeError } from '../domain/errors.ts';
import type { SnapshotSchedule, SnapshotScheduleStatus } from '../domain/snapshot-schedule.ts';
import { lookAt, type Look } from '../schedule/due.ts';
import { earliest } from '../schedule/earliest.ts';
import { parseKeep } from '../schedule/retention.ts';
import type { ScheduleControllerDeps } from './deps.ts';
import { expireSnapshots } from './expire-snapshots.ts';
import { makeSnapshots } from './make-snapshots.ts';
import { readyCondition } from './schedule-status.ts';

export interface Worked {
  readonly status: SnapshotScheduleStatus;
  /** What is wrong now, one sentence each. */
  readonly problems: readonly string[];
  /** When to look again, milliseconds since the epoch; undefined when only a person can change anything. */
  readonly again: number | undefined;
}

/** Makes what is due, deletes what is not kept any more, and says what came of it. Throws when the API server is away. */
export async function workOnSchedule(schedule: SnapshotSchedule, deps: ScheduleControllerDeps): Promise<Worked> {
  const { clock } = deps;
  const looked = lookOrWhyNot(schedule, clock.now());
  if (typeof looked === 'string') return invalid(schedule, looked, clock.now());

  const { due, next, counted } = looked;
  const { lastOutcome } = schedule.status;
  const upNext = next === undefined ? undefined : new Date(next).toISOString();
  const before = { ...counted, lastOutcome, next: upNext };
  if (schedule.spec.suspend) {
    const conditions = [readyCondition(schedule, { problems: [] }, clock.now())];
    return { status: { ...before, conditions }, problems: [], again: undefined };
  }
  const outcome = due === undefined ? lastOutcome : await makeSnapshots(schedule, due, deps);
  if (due !== undefined) deps.log.info({ ...nameOf(schedule), ...outcome }, 'scheduled snapshots are asked for');
  const done = due === undefined ? before : { ...before, lastTime: outcome?.time, lastOutcome: outcome };
  const expired = await expireSnapshots(schedule, deps);
  const problems = [...(outcome?.problems ?? []), ...expired.problems];
  const conditions = [readyCondition(schedule, { problems }, clock.now())];
  return { status: { ...done, conditions }, problems, again: earliest(next, expired.nextCheck) };
}

export function nameOf({ namespace, name }: SnapshotSchedule): {
  readonly namespace: string;
  readonly schedule: string;
} {
  return { namespace, schedule: name };
}

/** What a person has written can be wrong; the API server cannot tell. */
function lookOrWhyNot({ spec, status, created }: SnapshotSchedule, now: number): Look | string {
  try {
    parseKeep(spec.keep);
    return lookAt({ ...spec, created }, status, now);
  } catch (error) {
    if (error instanceof VolumeError && error.reason === 'InvalidArgument') return messageOf(error);
    throw error;
  }
}

function invalid(schedule: SnapshotSchedule, problem: string, now: number): Worked {
  const problems = [problem];
  const conditions = [readyCondition(schedule, { problems, isInvalid: true }, now)];
  const { counting, lastTime, lastOutcome } = schedule.status;
  // Put right, it goes on from then: nothing was missed by a rule that nobody could read.
  const from = counting?.from ?? schedule.created;
  const status = { counting: { from, rule: 'invalid' }, lastTime, lastOutcome, conditions };
  return { status, problems, again: undefined };
}
