import type { GroupMember__Output } from '../../csi/gen/tome/v1/GroupMember.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Context } from '../context.ts';
import { formatJson, type OutputOptions } from '../output.ts';
import { formatFields, formatTable, type Column } from '../table.ts';
import { memberVolume, plainGroup } from './describe-group.ts';
import { requireGroup } from './require-group.ts';

/** `tome group show`: what a volume can be made from is in the first column of its table. */
export async function showGroup(context: Context, name: string, { output }: OutputOptions): Promise<void> {
  const { terminal } = context;
  const group = await requireGroup(context, name);
  if (output === 'json') {
    terminal.print(formatJson(plainGroup(group)));
    return;
  }
  const { id, state, message, creationTime, pool, members } = group;
  const columns: readonly Column<GroupMember__Output>[] = [
    { title: 'SNAPSHOT', cell: (member) => `${group.name}/${memberVolume(member)}` },
    { title: 'VOLUME', cell: ({ sourceVolumeName }) => sourceVolumeName || '(gone)' },
    { title: 'SIZE', cell: ({ sizeBytes }) => formatSize(Number(sizeBytes)), alignRight: true },
    { title: 'HELD', cell: (member) => formatSize(Number(member.heldBytes)), alignRight: true },
    ...(output === 'wide' ? [{ title: 'ID', cell: ({ snapshotId }: GroupMember__Output) => snapshotId }] : []),
  ];
  const fields = formatFields([
    ['name', group.name],
    ['id', id],
    ['state', message === '' ? state : `${state}: ${message}`],
    ['taken', creationTime],
    ['pool', pool],
  ]);
  terminal.print(`${fields}\n\n${formatTable(columns, members)}`);
}
