import { Cron } from 'croner';
import { messageOf, VolumeError } from '../domain/errors.ts';

/** Times of a cron expression. */
export interface Times {
  /** The first time after `moment`; undefined when there is none. Both in milliseconds since the epoch. */
  readonly after: (moment: number) => number | undefined;
}

/**
 * Five fields as cron has them (also `@daily` and its like) in a time zone of the IANA database. Where clocks are put
 * forward, a time that is left out comes right after the gap; where they are put back, one that comes twice counts once,
 * but for a pattern of every hour or of minutes, which goes on evenly. Throws InvalidArgument, also for what never comes.
 */
export function parseCron(schedule: string, timeZone: string): Times {
  requireTimeZone(timeZone);
  const cron = parsed(schedule, timeZone);
  const after = (moment: number): number | undefined => cron.nextRun(new Date(moment))?.getTime();
  // Any year will do: a date that is not in the next eight, leap years among them, is not in the calendar.
  if (after(Date.UTC(2024, 0, 1)) === undefined) {
    throw new VolumeError('InvalidArgument', `schedule "${schedule}" never comes: no such day is in the calendar`);
  }
  return { after };
}

/** Throws InvalidArgument. */
export function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    const message = `there is no time zone "${timeZone}": write one such as Europe/Berlin, America/New_York or UTC`;
    throw new VolumeError('InvalidArgument', message, { cause });
  }
}

function parsed(schedule: string, timezone: string): Cron {
  try {
    // A date and time would be taken, too, and comes once.
    if (!/^\s*(@\w+|\S+(\s+\S+){4})\s*$/.test(schedule)) throw new Error('five fields are wanted');
    return new Cron(schedule, { timezone, mode: '5-part', paused: true });
  } catch (cause) {
    // What croner says of a name is of six and seven fields, too.
    const isNamed = schedule.trim().startsWith('@');
    const names = '@hourly, @daily, @weekly, @monthly and @yearly are known';
    const why = isNamed ? names : messageOf(cause).replace(/^CronPattern: /, '');
    const rule = 'write minute, hour, day, month and day of the week, such as "0 3 * * *" for 3:00 every day';
    throw new VolumeError('InvalidArgument', `schedule "${schedule}" cannot be read: ${rule} (${why})`, { cause });
  }
}
