import type { GroupInfo__Output } from '../../csi/gen/tome/v1/GroupInfo.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Context } from '../context.ts';
import type { OutputOptions } from '../output.ts';
import { printList } from '../print-list.ts';
import type { Column } from '../table.ts';
import { heldBytes, memberVolume, plainGroup } from './describe-group.ts';

export interface ListOptions extends OutputOptions {
  readonly pool?: string;
}

const columns: readonly Column<GroupInfo__Output>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'VOLUMES', cell: ({ members }) => members.map(memberVolume).join(', ') },
  { title: 'HELD', cell: (group) => formatSize(heldBytes(group)), alignRight: true },
  { title: 'TAKEN', cell: ({ creationTime }) => creationTime.replace('T', ' ').replace(/\.\d+Z$/, 'Z') },
];

const wideColumns: readonly Column<GroupInfo__Output>[] = [
  { title: 'POOL', cell: ({ pool }) => pool },
  { title: 'ID', cell: ({ id }) => id },
];

/** `tome group ls`. */
export async function listGroups({ terminal, driver }: Context, { output, pool }: ListOptions): Promise<void> {
  const { groups } = await driver.admin.listGroups({ pool: pool ?? '' }, { signal: terminal.signal });
  const whenEmpty = 'no group snapshots; make one: tome group create NAME --volume VOLUME VOLUME';
  printList(terminal, { rows: groups, columns, wideColumns, plain: plainGroup, whenEmpty }, output);
  if (output === 'json') return;
  for (const { name, message } of groups) if (message !== '') terminal.note(`${name}: ${message}`);
}
