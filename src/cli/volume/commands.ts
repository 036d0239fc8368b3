import { Option, type Command } from 'commander';
import { ioLimitNames } from '../../domain/io-limits.ts';
import { formatExamples, volumeExamples } from '../examples.ts';
import { addMarkCommands } from '../marks.ts';
import { outputOption, type OutputOptions } from '../output.ts';
import { commaList, idArgument, sizeArgument, tagOption } from '../parse-options.ts';
import type { Run } from '../run.ts';
import { attachVolume, type AttachOptions } from './attach.ts';
import { createVolume, type CreateOptions } from './create.ts';
import { detachVolume } from './detach.ts';
import { expandVolume } from './expand.ts';
import { showHealth } from './health.ts';
import { addFillOptions, addImportCommand } from './import.ts';
import { addLimitOptions, limitVolume, type LimitOptions } from './limit.ts';
import { listVolumes, type ListOptions } from './list.ts';
import { markVolume } from './mark.ts';
import { removeVolumes } from './remove.ts';
import { showVolume } from './show.ts';

/** `tome volume ...`, added to the program. */
export function addVolumeCommands(program: Command, run: Run): void {
  const volume = program
    .command('volume')
    .description('make volumes, use them in a directory, copy and delete them')
    .addHelpText('after', formatExamples(volumeExamples));
  addCreate(volume, run);
  addImportCommand(volume, run);
  addLists(volume, run);
  addUse(volume, run);
  addChanges(volume, run);
}

function addCreate(volume: Command, run: Run): void {
  addLimitOptions(addFillOptions(volume.command('create <name>')))
    .description('make a volume, empty, as a copy, or filled from somewhere')
    .option('-s, --size <size>', 'such as 10Gi; a copy has the size of its source unless told otherwise', sizeArgument)
    .option('--fs <type>', 'ext4, xfs, btrfs, or one that is registered in the configuration (default: ext4)')
    .option('--arg <name=value>', 'for a registered filesystem; may be given several times', tagOption)
    .addOption(new Option('--block', 'a raw device instead of a filesystem').conflicts('fs'))
    .option('--thick', 'take its whole size from the disk now, instead of what is written to it')
    .option('--exclusive', 'whoever writes has it alone: one directory, no readers beside it')
    .option('--pool <name>', 'the pool to put it in')
    .option('--mkfs-options <options>', 'for the tool that makes the filesystem, such as "-m 0 -N 100000"')
    .option('--tag <key=value>', 'a note on it; may be given several times', tagOption)
    .option('--lock', 'refuse to delete it, until tome volume unlock')
    .addOption(new Option('--from-snapshot <name>', 'start as a copy of a snapshot').conflicts('clone'))
    .addOption(new Option('--template <name>', 'start as a clone of a template').conflicts(['fromSnapshot', 'clone']))
    .option('--clone <name>', 'start as a copy of a volume')
    .addOption(
      new Option(
        '--host-path <dir>',
        'an existing directory below a managed root, as it is; it is never deleted',
      ).conflicts([
        ...['size', 'fs', 'block', 'thick', 'pool', 'mkfsOptions', 'arg', 'fromSnapshot', 'clone'],
        ...ioLimitNames,
      ]),
    )
    .option('--uid <id>', 'with --host-path: the user whom root in a container acts as (default: 0)', idArgument)
    .option('--gid <id>', 'with --host-path: the group (default: 0)', idArgument)
    .option('--container-uid <id>', 'with --host-path: the user who acts so, in place of root', idArgument)
    .option('--container-gid <id>', 'with --host-path: the group', idArgument)
    .option('--shared', 'with --host-path: any number of pods may write to it at once')
    .action(run((context, name: string, options: CreateOptions) => createVolume(context, name, options)));
}

function addLists(volume: Command, run: Run): void {
  volume
    .command('ls')
    .alias('list')
    .description('list volumes')
    .option('--pool <name>', 'only those in this pool')
    .option('--tag <key=value>', 'only those with this tag; may be given several times', tagOption)
    .addOption(outputOption())
    .action(run((context, options: ListOptions) => listVolumes(context, options)));
  volume
    .command('show <name>')
    .description('everything about one volume')
    .addOption(outputOption())
    .action(run((context, name: string, options: OutputOptions) => showVolume(context, name, options)));
  volume
    .command('health <name>')
    .description('look for damage')
    .action(run((context, name: string) => showHealth(context, name)));
}

function addUse(volume: Command, run: Run): void {
  volume
    .command('attach <name> <dir>')
    .description('mount a volume at a directory, or put the device file of a block volume at a path')
    .option('-r, --read-only', 'for reading only; then nobody can write anywhere else either')
    .option('--mount-options <options>', 'such as noatime,nodiratime', commaList)
    .option('--secrets-file <file>', 'what a registered filesystem needs: KEY=VALUE lines, or a JSON object')
    .action(
      run((context, name: string, dir: string, options: AttachOptions) => attachVolume(context, name, dir, options)),
    );
  volume
    .command('detach <name> [dir]')
    .description('unmount a volume from one directory, or from all')
    .action(run((context, name: string, dir: string | undefined) => detachVolume(context, name, dir)));
}

function addChanges(volume: Command, run: Run): void {
  volume
    .command('expand <name>')
    .argument('<size>', 'the new size, such as 20Gi', sizeArgument)
    .description('make a volume larger, also while it is attached')
    .action(run((context, name: string, size: number) => expandVolume(context, name, size)));
  addLimitOptions(volume.command('limit <name>'))
    .description('limit the I/O of a volume, also while it is attached; none takes a limit away')
    .action(run((context, name: string, options: LimitOptions) => limitVolume(context, name, options)));
  addMarkCommands(volume, 'volume', run, markVolume);
  volume
    .command('rm <names...>')
    .alias('remove')
    .description('delete volumes and all data in them')
    .action(run((context, names: readonly string[]) => removeVolumes(context, names)));
}
