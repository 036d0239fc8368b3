import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { untilDone } from '../until-done.ts';
import { requireSchedule } from './require-schedule.ts';

/** `tome schedule run`: also for one that is suspended. Each command makes new ones. */
export async function runSchedule(context: Context, name: string): Promise<void> {
  const { driver, terminal } = context;
  const before = await requireSchedule(context, name);
  // Names are told to the second, by the time that stays the same while the call is repeated.
  const time = new Date().toISOString();
  const { made, problems } = await untilDone(context, (call) => driver.schedules.runSchedule({ name, time }, call));
  const { snapshots, together } = await requireSchedule(context, name);
  const names = snapshots.filter((one) => !before.snapshots.includes(one)).join(', ');
  const which = names === '' ? '' : `${together ? ', group' : ':'} ${names}`;
  terminal.print(`schedule ${name} has made ${made} ${made === 1 ? 'snapshot' : 'snapshots'}${which}`);
  const [first] = problems;
  if (first === undefined) return;
  const others = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  throw new CliError(`not all snapshots were made: ${first}${others}`, `see all of it: tome schedule show ${name}`);
}
