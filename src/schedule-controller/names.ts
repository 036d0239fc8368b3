import { createHash } from 'node:crypto';
import { stampOf } from '../schedule/names.ts';

/** Label: the name of the schedule that made it. */
export const SCHEDULE = 'tome.storage/schedule';

/** Annotation: its uid, so that one made again under the same name does not take it for its own. */
export const SCHEDULE_UID = 'tome.storage/schedule-uid';

/** Annotation: the uids of the claims, so that others of the same names do not push out what is left of these. */
export const CLAIM_UIDS = 'tome.storage/claim-uid';

/** What an object may be called: a subdomain of DNS. */
const LONGEST = 253;

/**
 * What is made of a claim, or of several together, for a time: the same for each replica and each try. The name of a
 * schedule has no dot, so no two of them come to one name.
 */
export function nameOfCut(schedule: string, time: number, claim?: string): string {
  const stamp = stampOf(time).toLowerCase();
  const name = [schedule, ...(claim === undefined ? [] : [claim]), stamp].join('.');
  if (name.length <= LONGEST) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, LONGEST - digest.length - stamp.length - 2)}-${digest}.${stamp}`;
}

/** Whether what the schedule makes may be called so. */
export function isNameOfCut(name: string, schedule: string): boolean {
  return name.startsWith(`${schedule}.`) && /\.\d{8}t\d{6}z$/.test(name);
}
