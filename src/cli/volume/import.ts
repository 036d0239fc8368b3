import { Option, type Command } from 'commander';
import { addImportOptions } from '../import-options.ts';
import { sizeArgument, tagOption } from '../parse-options.ts';
import type { Run } from '../run.ts';
import { createVolume, type CreateOptions } from './create.ts';

/** What of `tome volume create` fills the volume, added to it. */
export function addFillOptions(create: Command): Command {
  const from = new Option(
    '--from <source>',
    'fill it: a directory, file, archive (- for stdin), URL, git repository or image',
  );
  // Each of these makes a volume in its own way.
  return addImportOptions(create.addOption(from.conflicts(['fromSnapshot', 'clone', 'block', 'hostPath'])));
}

/** `tome volume import`: `create --from` a directory, for who looks for that word. */
export function addImportCommand(volume: Command, run: Run): void {
  volume
    .command('import <name> <dir>')
    .description('make a volume with all that is in a directory, or with one file: as create --from does')
    .option('-s, --size <size>', 'such as 10Gi (default: what is in it, and room for the filesystem)', sizeArgument)
    .option('--fs <type>', 'ext4, xfs, btrfs, or one that is registered in the configuration (default: ext4)')
    .option('--pool <name>', 'the pool to put it in')
    .option('--tag <key=value>', 'a note on it; may be given several times', tagOption)
    .action(
      run((context, name: string, from: string, options: CreateOptions) =>
        createVolume(context, name, { ...options, from }),
      ),
    );
}
