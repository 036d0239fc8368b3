import type { Context } from '../context.ts';
import { requireSchedule } from './require-schedule.ts';

/** `tome schedule rm`: all are looked for before the first is deleted. What they have made stays. */
export async function removeSchedules(context: Context, names: readonly string[]): Promise<void> {
  const { driver, terminal } = context;
  const schedules = await Promise.all(names.map((name) => requireSchedule(context, name)));
  for (const { name, snapshots, together } of schedules) {
    await driver.schedules.deleteSchedule({ name }, { signal: terminal.signal });
    terminal.print(`schedule ${name} is deleted`);
    const kind = together ? 'group' : 'snapshot';
    if (snapshots.length > 0)
      terminal.note(`its snapshots stay; to delete them: tome ${kind} rm ${snapshots.join(' ')}`);
  }
}
