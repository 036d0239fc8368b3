import type { Command } from 'commander';
import { formatExamples, groupExamples } from '../examples.ts';
import { outputOption, type OutputOptions } from '../output.ts';
import type { Run } from '../run.ts';
import { createGroup } from './create.ts';
import { listGroups, type ListOptions } from './list.ts';
import { removeGroups } from './remove.ts';
import { showGroup } from './show.ts';

/** `tome group ...`, added to the program. */
export function addGroupCommands(program: Command, run: Run): void {
  const group = program
    .command('group')
    .description('keep one moment of several volumes')
    .addHelpText('after', formatExamples(groupExamples));
  group
    .command('create <name>')
    .description('keep what is in several volumes now, all at the same moment, also while they are in use')
    .requiredOption('--volume <names...>', 'the volumes, all in one pool')
    .action(
      run((context, name: string, options: { readonly volume: readonly string[] }) =>
        createGroup(context, name, options.volume),
      ),
    );
  group
    .command('ls')
    .alias('list')
    .description('list group snapshots')
    .option('--pool <name>', 'only those in this pool')
    .addOption(outputOption())
    .action(run((context, options: ListOptions) => listGroups(context, options)));
  group
    .command('show <name>')
    .description('one group snapshot, with the snapshot of each volume')
    .addOption(outputOption())
    .action(run((context, name: string, options: OutputOptions) => showGroup(context, name, options)));
  group
    .command('rm <names...>')
    .alias('remove')
    .description('delete group snapshots with all their snapshots; volumes made from them stay')
    .action(run((context, names: readonly string[]) => removeGroups(context, names)));
}
