import type { Context } from '../context.ts';
import { requireSchedule } from './require-schedule.ts';

/** `tome schedule rm`: all are looked for before the first is deleted. What they have made stays. */
export async function removeSchedules(context: Context, names: readonly string[]): Promise<void> {
  const { driver, terminal } = context;
  const schedules = await Promise.all(names.map((name) => requireSchedule(context, name)));
  for (const { name } of schedules) {
    await driver.schedules.deleteSchedule({ name }, { signal: terminal.signal });
    terminal.print(`schedule ${name} is deleted`);
  }
  const having = schedules.filter(({ snapshots }) => snapshots.length > 0);
  if (having.length === 0) return;
  const commands = (['snapshot', 'group'] as const).flatMap((kind) => {
    const made = having.filter(({ together }) => together === (kind === 'group')).flatMap((one) => one.snapshots);
    return made.length === 0 ? [] : [`tome ${kind} rm ${made.join(' ')}`];
  });
  terminal.note(`${having.length === 1 ? 'its' : 'their'} snapshots stay; to delete them: ${commands.join('; ')}`);
}
