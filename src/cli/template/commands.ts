import { Option, type Command } from 'commander';
import { formatExamples, templateExamples } from '../examples.ts';
import { addImportOptions } from '../import-options.ts';
import { addMarkCommands } from '../marks.ts';
import { outputOption, type OutputOptions } from '../output.ts';
import { sizeArgument, tagOption } from '../parse-options.ts';
import type { Run } from '../run.ts';
import { createTemplate, type CreateOptions } from './create.ts';
import { listTemplates, type ListOptions } from './list.ts';
import { markTemplate } from './mark.ts';
import { removeTemplates } from './remove.ts';
import { showTemplate } from './show.ts';

/** `tome template ...`, added to the program. */
export function addTemplateCommands(program: Command, run: Run): void {
  const template = program
    .command('template')
    .description('keep images that never change, to clone volumes from')
    .addHelpText('after', formatExamples(templateExamples));
  addCreateCommand(template, run);
  template
    .command('ls')
    .alias('list')
    .description('list templates')
    .option('--pool <name>', 'only those in this pool')
    .option('--tag <key=value>', 'only those with this tag; may be given several times', tagOption)
    .addOption(outputOption())
    .action(run((context, options: ListOptions) => listTemplates(context, options)));
  template
    .command('show <name>')
    .description('everything about one template')
    .addOption(outputOption())
    .action(run((context, name: string, options: OutputOptions) => showTemplate(context, name, options)));
  addMarkCommands(template, 'template', run, markTemplate);
  template
    .command('rm <names...>')
    .alias('remove')
    .description('delete templates of which no volume is a clone any more')
    .action(run((context, names: readonly string[]) => removeTemplates(context, names)));
}

function addCreateCommand(template: Command, run: Run): void {
  const create = template
    .command('create <name>')
    .description(
      'make a template of a volume, as it is now, of a snapshot, or of what is imported; of several volumes all, or none',
    )
    .addOption(
      new Option('--volume <names...>', 'the volumes, also while they are in use').conflicts(['snapshot', 'allOf']),
    )
    .addOption(
      new Option('--all-of <key=value>', 'all volumes with this tag; may be given several times')
        .argParser(tagOption)
        .conflicts('snapshot'),
    )
    .option('--snapshot <name>', 'the snapshot')
    .addOption(new Option('--convert', 'the volumes themselves become the templates, at once').conflicts('snapshot'))
    .addOption(
      new Option('--from <source>', 'a directory, file, archive (- for stdin), URL, git repository or image').conflicts(
        ['volume', 'allOf', 'snapshot', 'convert'],
      ),
    )
    .option(
      '-s, --size <size>',
      'with --from: such as 10Gi (default: what is in it, and room for the filesystem)',
      sizeArgument,
    )
    .option('--fs <type>', 'with --from: ext4, xfs, btrfs, or one that is registered (default: ext4)')
    .option('--pool <name>', 'with --from: the pool to put it in')
    .addHelpText('after', '\nFor several volumes the name has {volume} in it: each is called by its volume.')
    .option('--tag <key=value>', 'a note on it; may be given several times', tagOption)
    .option('--lock', 'refuse to delete it, until tome template unlock');
  addImportOptions(create).action(
    run((context, name: string, options: CreateOptions) => createTemplate(context, name, options)),
  );
}
