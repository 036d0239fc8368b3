import type { ScheduleInfo__Output } from '../../csi/gen/tome/v1/ScheduleInfo.ts';
import type { Context } from '../context.ts';
import type { OutputOptions } from '../output.ts';
import { printList } from '../print-list.ts';
import type { Column } from '../table.ts';
import { formatKeep, formatSelection, formatTime, stateOf } from './describe-schedule.ts';

const columns: readonly Column<ScheduleInfo__Output>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'STATE', cell: stateOf },
  { title: 'CRON', cell: ({ schedule }) => schedule },
  { title: 'VOLUMES', cell: formatSelection },
  { title: 'KEEP', cell: formatKeep },
  { title: 'SNAPSHOTS', cell: ({ snapshots }) => String(snapshots.length), alignRight: true },
  { title: 'LAST', cell: ({ lastTime }) => formatTime(lastTime) },
  { title: 'NEXT', cell: ({ nextTime }) => formatTime(nextTime) },
];

const wideColumns: readonly Column<ScheduleInfo__Output>[] = [
  { title: 'TIME ZONE', cell: ({ timeZone }) => timeZone },
  { title: 'TOGETHER', cell: ({ together }) => (together ? 'yes' : 'no') },
];

/** `tome schedule ls`. */
export async function listSchedules({ terminal, driver }: Context, { output }: OutputOptions): Promise<void> {
  const { schedules } = await driver.schedules.listSchedules({}, { signal: terminal.signal });
  const whenEmpty = 'no schedules; make one: tome schedule create NAME --cron "0 3 * * *" --volume VOLUME --keep 7';
  printList(terminal, { rows: schedules, columns, wideColumns, plain: (row) => row, whenEmpty }, output);
  if (output === 'json') return;
  for (const { name, problems } of schedules) for (const problem of problems) terminal.note(`${name}: ${problem}`);
}
