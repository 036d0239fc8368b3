import { isDeepStrictEqual } from 'node:util';
import type { Condition, SnapshotSchedule, SnapshotScheduleStatus } from '../domain/snapshot-schedule.ts';

/** Told of one schedule: so many, the rest is in the log. */
const MOST_PROBLEMS = 20;

/** The condition `Ready`: false when something is wrong with what it does, or with what a person has written. */
export function readyCondition(
  { spec, status }: SnapshotSchedule,
  told: { readonly problems: readonly string[]; readonly isInvalid?: true },
  now: number,
): Condition {
  const { problems, isInvalid } = told;
  const isReady = problems.length === 0;
  const reason = isReady ? (spec.suspend ? 'Suspended' : 'Active') : isInvalid === true ? 'Invalid' : 'Failing';
  const message = isReady ? '' : problems.slice(0, MOST_PROBLEMS).join('; ').slice(0, 4096);
  const condition = { type: 'Ready', status: isReady ? 'True' : 'False', reason, message } as const;
  const before = status.conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime =
    before?.status === condition.status ? before.lastTransitionTime : new Date(now).toISOString();
  return { ...condition, lastTransitionTime };
}

/** Whether a write would change anything: each wakes the work again. */
export function isSameStatus(a: SnapshotScheduleStatus, b: SnapshotScheduleStatus): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}
