import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Context } from '../context.ts';
import { formatJson, type OutputOptions } from '../output.ts';
import { formatFields } from '../table.ts';
import { inWordsOfCommands } from '../words.ts';
import {
  formatAttachments,
  formatDirectory,
  formatIoLimits,
  formatMode,
  formatSource,
  formatTags,
  formatUsed,
  plainVolume,
} from './describe-volume.ts';
import { requireVolume } from './require-volume.ts';

/** `tome volume show`: everything about one volume. */
export async function showVolume(context: Context, name: string, { output }: OutputOptions): Promise<void> {
  const volume = await requireVolume(context, name);
  context.terminal.print(output === 'json' ? formatJson(plainVolume(volume)) : formatFields(fieldsOf(volume)));
}

function fieldsOf(volume: VolumeInfo__Output): readonly (readonly [string, string])[] {
  const { name, id, state, message, sizeBytes, provisioning, pool, attachedTo, tags, health } = volume;
  return [
    ['name', name],
    ['id', id],
    ['state', message === '' ? state : `${state}: ${inWordsOfCommands(message)}`],
    ...(volume.managed === null
      ? ([
          ['size', formatSize(Number(sizeBytes))],
          ['used', volume.usedUnknown ? '-' : `${formatUsed(volume)} (${provisioning})`],
        ] as const)
      : ([['directory', formatDirectory(volume)]] as const)),
    ['mode', volume.exclusive ? `${formatMode(volume)}, exclusive` : formatMode(volume)],
    ['attached to', formatAttachments(attachedTo)],
    ['node', attachedTo.map(({ node }) => node).join(', ')],
    ['pool', pool],
    ['made from', formatSource(volume)],
    ['tags', formatTags(tags)],
    ['I/O limits', formatIoLimits(volume)],
    ['delete lock', volume.deleteLock ? 'on' : 'off'],
    ['health', health.length === 0 ? 'good' : inWordsOfCommands(health.join('; '))],
  ];
}
