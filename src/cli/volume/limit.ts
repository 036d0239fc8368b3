import type { Command } from 'commander';
import { givenIoLimits, type IoLimitName } from '../../domain/io-limits.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { formatIoLimits } from './describe-volume.ts';
import { modifyVolume } from './modify.ts';

/** As they were typed: the driver says what is wrong with one. */
export type LimitOptions = { readonly [N in IoLimitName]?: string };

/** The options of a command that limits the I/O of a volume, added to it. */
export function addLimitOptions(command: Command): Command {
  return command
    .option('--read-iops <number>', 'limit of read operations each second, where the machine has cgroup v2')
    .option('--write-iops <number>', 'of write operations')
    .option('--read-bandwidth <size>', 'of bytes read each second, such as 50Mi')
    .option('--write-bandwidth <size>', 'of bytes written');
}

/** Of the options of a command, those that are limits. */
export function limitParameters(options: LimitOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(givenIoLimits(options));
}

/** `tome volume limit`: counts at once, also while the volume is attached. */
export async function limitVolume(context: Context, name: string, options: LimitOptions): Promise<void> {
  const mutableParameters = limitParameters(options);
  if (Object.keys(mutableParameters).length === 0) {
    throw new CliError('which limit?', `say it, such as: tome volume limit ${name} --write-bandwidth 50Mi, or none`);
  }
  const volume = await modifyVolume(context, name, mutableParameters);
  context.terminal.print(`volume ${name} has these limits on I/O: ${formatIoLimits(volume)}`);
}
