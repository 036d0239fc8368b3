import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
import type { Context } from '../context.ts';
import type { OutputOptions } from '../output.ts';
import { printList } from '../print-list.ts';
import type { Column } from '../table.ts';
import { inWordsOfCommands } from '../words.ts';
import {
  formatAttachments,
  formatBytes,
  formatDirectory,
  formatMode,
  formatSource,
  formatTags,
  formatUsed,
  plainVolume,
} from './describe-volume.ts';

export interface ListOptions extends OutputOptions {
  readonly pool?: string;
  readonly tag?: Readonly<Record<string, string>>;
}

const columns: readonly Column<VolumeInfo__Output>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'SIZE', cell: (volume) => formatBytes(volume, volume.sizeBytes), alignRight: true },
  { title: 'USED', cell: formatUsed, alignRight: true },
  { title: 'MODE', cell: formatMode },
  { title: 'ATTACHED TO', cell: ({ attachedTo }) => formatAttachments(attachedTo) },
];

const wideColumns: readonly Column<VolumeInfo__Output>[] = [
  { title: 'NODE', cell: ({ attachedTo }) => attachedTo.map(({ node }) => node).join(', ') },
  { title: 'POOL', cell: ({ pool }) => pool },
  { title: 'FROM', cell: (volume) => formatDirectory(volume) || formatSource(volume) },
  { title: 'TAGS', cell: ({ tags }) => formatTags(tags) },
  { title: 'LOCKED', cell: ({ deleteLock }) => (deleteLock ? 'yes' : '') },
  { title: 'ID', cell: ({ id }) => id },
];

/** `tome volume ls`. What is wrong with a volume is said below the table, on stderr. */
export async function listVolumes(
  { terminal, driver }: Context,
  { output, pool, tag = {} }: ListOptions,
): Promise<void> {
  const { volumes } = await driver.admin.listVolumes({ pool: pool ?? '', tags: tag }, { signal: terminal.signal });
  const whenEmpty = 'no volumes; make one: tome volume create NAME --size 10Gi';
  printList(terminal, { rows: volumes, columns, wideColumns, plain: plainVolume, whenEmpty }, output);
  if (output === 'json') return;
  for (const { name, message } of volumes) if (message !== '') terminal.note(`${name}: ${inWordsOfCommands(message)}`);
}
