import type { Command } from 'commander';
import { formatExamples, snapshotExamples } from '../examples.ts';
import { addMarkCommands } from '../marks.ts';
import { outputOption } from '../output.ts';
import { tagOption } from '../parse-options.ts';
import type { Run } from '../run.ts';
import { createSnapshot, type CreateOptions } from './create.ts';
import { listSnapshots, type ListOptions } from './list.ts';
import { markSnapshot } from './mark.ts';
import { removeSnapshots } from './remove.ts';

/** `tome snapshot ...`, added to the program. */
export function addSnapshotCommands(program: Command, run: Run): void {
  const snapshot = program
    .command('snapshot')
    .description('keep moments of volumes, to make volumes from')
    .addHelpText('after', formatExamples(snapshotExamples));
  snapshot
    .command('create <name>')
    .description('keep what is in a volume now, also while it is in use')
    .requiredOption('--volume <name>', 'the volume')
    .option('--tag <key=value>', 'a note on it; may be given several times', tagOption)
    .option('--lock', 'refuse to delete it, until tome snapshot unlock')
    .action(run((context, name: string, options: CreateOptions) => createSnapshot(context, name, options)));
  snapshot
    .command('ls')
    .alias('list')
    .description('list snapshots')
    .option('--volume <name>', 'only those of this volume')
    .option('--tag <key=value>', 'only those with this tag; may be given several times', tagOption)
    .addOption(outputOption())
    .action(run((context, options: ListOptions) => listSnapshots(context, options)));
  addMarkCommands(snapshot, 'snapshot', run, markSnapshot);
  snapshot
    .command('rm <names...>')
    .alias('remove')
    .description('delete snapshots; volumes made from them stay')
    .action(run((context, names: readonly string[]) => removeSnapshots(context, names)));
}
