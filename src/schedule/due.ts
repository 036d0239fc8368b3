import type { ScheduleStatus } from '../domain/schedule.ts';
import { parseCron, type Times } from './cron.ts';

export interface Rule {
  readonly schedule: string;
  readonly timeZone: string;
  readonly suspend: boolean;
  /** When somebody made the schedule, ISO 8601. */
  readonly created: string;
}

export type Counted = Pick<ScheduleStatus, 'counting' | 'lastTime'>;

export interface Look {
  /** The time for which snapshots are to be made now; milliseconds, as all here. */
  readonly due: number | undefined;
  /** The next time after now; undefined while it is suspended. */
  readonly next: number | undefined;
  /** What to remember, whether or not something is due. */
  readonly counted: Counted;
}

/** A clock may be put back by this much without being taken for one that was wrong. */
const SLACK_MS = 60_000;

/**
 * What is due. Of the times that passed since the last one that was done, the newest alone is: after a week in which
 * nobody looked one snapshot is made up for, not seven. Times before the schedule was made, while it was suspended, or before its
 * rule was changed are nobody's. What was remembered of a future that a wrong clock had shown is forgotten. Throws as
 * `parseCron`.
 */
export function lookAt(rule: Rule, before: Counted, now: number): Look {
  const times = parseCron(rule.schedule, rule.timeZone);
  const counted = countedOn(rule, before, now);
  if (rule.suspend) return { due: undefined, next: undefined, counted };
  return { due: newestDue(times, startOf(counted), now), next: times.after(now), counted };
}

function countedOn(rule: Rule, before: Counted, now: number): Counted {
  const text = rule.suspend ? 'suspended' : `${rule.schedule} ${rule.timeZone}`;
  const anew: Counted = { counting: { from: new Date(now).toISOString(), rule: text } };
  const known = before.counting ?? { from: rule.created, rule: text };
  const kept = { ...before, counting: known };
  if (startOf(kept) > now + SLACK_MS) return anew;
  return known.rule === text ? kept : { ...before, ...anew };
}

/** Times after this one are still to be done. */
function startOf({ counting, lastTime }: Counted): number {
  return Math.max(momentOf(counting?.from), momentOf(lastTime));
}

/** The newest time in (from, now], found by halving what is left: a year of minutes takes some forty steps. */
function newestDue(times: Times, from: number, now: number): number | undefined {
  const first = times.after(from);
  if (first === undefined || first > now) return undefined;
  let newest = first;
  let end = now;
  while (newest < end) {
    const middle = newest + Math.floor((end - newest) / 2);
    const later = times.after(middle);
    if (later !== undefined && later <= now) newest = later;
    else end = middle;
  }
  return newest;
}

function momentOf(text: string | undefined): number {
  const moment = Date.parse(text ?? '');
  return Number.isNaN(moment) ? 0 : moment;
}
