import type { SnapshotInfo__Output } from '../../csi/gen/tome/v1/SnapshotInfo.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Context } from '../context.ts';
import type { OutputOptions } from '../output.ts';
import { printList } from '../print-list.ts';
import type { Column } from '../table.ts';
import { formatTags } from '../volume/describe-volume.ts';
import { requireVolume } from '../volume/require-volume.ts';

export interface ListOptions extends OutputOptions {
  readonly volume?: string;
  readonly tag?: Readonly<Record<string, string>>;
}

const columns: readonly Column<SnapshotInfo__Output>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'VOLUME', cell: ({ sourceVolumeName }) => sourceVolumeName || '(gone)' },
  { title: 'SIZE', cell: ({ sizeBytes }) => formatSize(Number(sizeBytes)), alignRight: true },
  { title: 'HELD', cell: ({ heldBytes }) => formatSize(Number(heldBytes)), alignRight: true },
  { title: 'TAKEN', cell: ({ creationTime }) => creationTime.replace('T', ' ').replace(/\.\d+Z$/, 'Z') },
];

const wideColumns: readonly Column<SnapshotInfo__Output>[] = [
  { title: 'MODE', cell: ({ mode }) => mode },
  { title: 'POOL', cell: ({ pool }) => pool },
  { title: 'GROUP', cell: ({ groupId }) => groupId },
  { title: 'TAGS', cell: ({ tags }) => formatTags(tags) },
  { title: 'LOCKED', cell: ({ deleteLock }) => (deleteLock ? 'yes' : '') },
  { title: 'ID', cell: ({ id }) => id },
];

/** `tome snapshot ls`. */
export async function listSnapshots(context: Context, { output, volume, tag = {} }: ListOptions): Promise<void> {
  const { terminal, driver } = context;
  const sourceVolumeId = volume === undefined ? '' : (await requireVolume(context, volume)).id;
  const { snapshots } = await driver.admin.listSnapshots({ sourceVolumeId, tags: tag }, { signal: terminal.signal });
  const whenEmpty = 'no snapshots; make one: tome snapshot create NAME --volume VOLUME';
  printList(terminal, { rows: snapshots, columns, wideColumns, plain, whenEmpty }, output);
  if (output === 'json') return;
  for (const { name, message } of snapshots) if (message !== '') terminal.note(`${name}: ${message}`);
}

function plain({ sizeBytes, heldBytes, ...rest }: SnapshotInfo__Output): object {
  return { ...rest, sizeBytes: Number(sizeBytes), heldBytes: Number(heldBytes) };
}
