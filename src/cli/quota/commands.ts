import type { Command } from 'commander';
import { formatExamples, quotaExamples } from '../examples.ts';
import { outputOption, type OutputOptions } from '../output.ts';
import { amountArgument, limitArgument } from '../parse-options.ts';
import type { Run } from '../run.ts';
import { listQuotas } from './list.ts';
import { removeQuotas } from './remove.ts';
import { setQuota, type SetOptions } from './set.ts';
import { showQuota } from './show.ts';

/** `tome quota ...`, added to the program. */
export function addQuotaCommands(program: Command, run: Run): void {
  const quota = program
    .command('quota')
    .description('limit how much there may be')
    .addHelpText('after', formatExamples(quotaExamples));
  quota
    .command('set <name>')
    .description('make a quota, or replace what it says; what is there already stays')
    .option('--volumes <number>', 'so many volumes at most', amountArgument)
    .option('-s, --size <size>', 'the sizes of all volumes together, such as 100Gi', limitArgument)
    .option('--snapshots <number>', 'so many snapshots at most', amountArgument)
    .option('--pool <name>', 'only what is in this pool')
    .option('--namespace <name>', 'only what an orchestrator has made for claims of this namespace')
    .option('--storage-class <name>', 'only volumes whose parameter storageClass is this, and their snapshots')
    .action(run((context, name: string, options: SetOptions) => setQuota(context, name, options)));
  quota
    .command('ls')
    .alias('list')
    .description('list quotas, and what is used of each')
    .addOption(outputOption())
    .action(run((context, options: OutputOptions) => listQuotas(context, options)));
  quota
    .command('show <name>')
    .description('one quota')
    .addOption(outputOption())
    .action(run((context, name: string, options: OutputOptions) => showQuota(context, name, options)));
  quota
    .command('rm <names...>')
    .alias('remove')
    .description('remove quotas; volumes and snapshots stay')
    .action(run((context, names: readonly string[]) => removeQuotas(context, names)));
}
