import type { Context } from '../context.ts';
import { formatTime } from './describe-schedule.ts';
import { requireSchedule } from './require-schedule.ts';

/** `tome schedule suspend` and `resume`. */
export async function suspendSchedule(context: Context, name: string, suspend: boolean): Promise<void> {
  const { driver, terminal } = context;
  await requireSchedule(context, name);
  await driver.schedules.suspendSchedule({ name, suspend }, { signal: terminal.signal });
  const { nextTime } = await requireSchedule(context, name);
  const next = nextTime === '' ? '' : `; its next time is ${formatTime(nextTime)}`;
  terminal.print(suspend ? `schedule ${name} is suspended` : `schedule ${name} goes on${next}`);
}
