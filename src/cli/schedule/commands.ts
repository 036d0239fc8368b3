import { Option, type Command } from 'commander';
import { formatExamples, scheduleExamples } from '../examples.ts';
import { outputOption, type OutputOptions } from '../output.ts';
import { countArgument, tagOption } from '../parse-options.ts';
import type { Run } from '../run.ts';
import { createSchedule, type CreateOptions } from './create.ts';
import { listSchedules } from './list.ts';
import { removeSchedules } from './remove.ts';
import { runSchedule } from './run.ts';
import { showSchedule } from './show.ts';
import { suspendSchedule } from './suspend.ts';

/** `tome schedule ...`, added to the program. */
export function addScheduleCommands(program: Command, run: Run): void {
  const schedule = program
    .command('schedule')
    .description('snapshots at set times, and which of them stay')
    .addHelpText('after', formatExamples(scheduleExamples));
  addCreate(schedule, run);
  schedule
    .command('ls')
    .alias('list')
    .description('list schedules')
    .addOption(outputOption())
    .action(run((context, options: OutputOptions) => listSchedules(context, options)));
  schedule
    .command('show <name>')
    .description('one schedule, with what went wrong and the snapshots it has made')
    .addOption(outputOption())
    .action(run((context, name: string, options: OutputOptions) => showSchedule(context, name, options)));
  addChanges(schedule, run);
}

function addCreate(schedule: Command, run: Run): void {
  schedule
    .command('create <name>')
    .description('make snapshots at set times')
    .requiredOption('--cron <fields>', 'minute, hour, day, month and day of the week, such as "0 3 * * *"')
    .option('--time-zone <zone>', 'such as Europe/Berlin (default: that of this machine)')
    .addOption(new Option('--volume <names...>', 'the volumes').conflicts('tag'))
    .option('--tag <key=value>', 'all volumes that have the tag then; may be given several times', tagOption)
    .option('--keep <count>', 'so many of the newest stay, of each volume', countArgument)
    .option('--keep-for <time>', 'those stay that are younger, such as 12h, 30d; with --keep, what either keeps')
    .option('--together', 'all volumes at one moment, as one group snapshot')
    .action(run((context, name: string, options: CreateOptions) => createSchedule(context, name, options)));
}

function addChanges(schedule: Command, run: Run): void {
  schedule
    .command('run <name>')
    .description('make now what it would make at its next time')
    .action(run((context, name: string) => runSchedule(context, name)));
  schedule
    .command('suspend <name>')
    .description('make nothing and delete nothing until it is resumed')
    .action(run((context, name: string) => suspendSchedule(context, name, true)));
  schedule
    .command('resume <name>')
    .description('go on with the next time; what passed meanwhile is not made up')
    .action(run((context, name: string) => suspendSchedule(context, name, false)));
  schedule
    .command('rm <names...>')
    .alias('remove')
    .description('delete schedules; the snapshots that they have made stay')
    .action(run((context, names: readonly string[]) => removeSchedules(context, names)));
}
