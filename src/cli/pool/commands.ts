import type { Command } from 'commander';
import { outputOption, type OutputOptions } from '../output.ts';
import type { Run } from '../run.ts';
import { listPools } from './list.ts';

/** `tome pool ...`, added to the program. */
export function addPoolCommands(program: Command, run: Run): void {
  program
    .command('pool')
    .description('where volumes are kept')
    .command('ls')
    .alias('list')
    .description('list pools, with what is left in them')
    .addOption(outputOption())
    .action(run((context, options: OutputOptions) => listPools(context, options)));
}
