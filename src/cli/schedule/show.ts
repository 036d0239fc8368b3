import type { Context } from '../context.ts';
import { formatJson, type OutputOptions } from '../output.ts';
import { formatFields } from '../table.ts';
import { formatKeep, formatSelection, formatTime, stateOf } from './describe-schedule.ts';
import { requireSchedule } from './require-schedule.ts';

/** `tome schedule show`: everything about one schedule. */
export async function showSchedule(context: Context, name: string, { output }: OutputOptions): Promise<void> {
  const { terminal } = context;
  const schedule = await requireSchedule(context, name);
  if (output === 'json') {
    terminal.print(formatJson(schedule));
    return;
  }
  const { lastTime, lastMade, nextTime, problems, snapshots, together } = schedule;
  const fields = formatFields([
    ['name', schedule.name],
    ['state', stateOf(schedule)],
    ['cron', `${schedule.schedule} (${schedule.timeZone})`],
    ['volumes', `${formatSelection(schedule)}${together ? ', together' : ''}`],
    ['keep', formatKeep(schedule)],
    ['last', lastTime === '' ? '' : `${formatTime(lastTime)}: ${lastMade} made`],
    ['next', formatTime(nextTime)],
    ['problems', problems.length === 0 ? 'none' : String(problems.length)],
    ['snapshots', String(snapshots.length)],
  ]);
  const sections = [fields, ...problems.map((problem) => `problem: ${problem}`), ...snapshots];
  terminal.print(sections.join('\n'));
}
