import type { PoolInfo__Output } from '../../csi/gen/tome/v1/PoolInfo.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Context } from '../context.ts';
import type { OutputOptions } from '../output.ts';
import { printList } from '../print-list.ts';
import type { Column } from '../table.ts';

const columns: readonly Column<PoolInfo__Output>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'CAPACITY', cell: sizeOf('capacityBytes'), alignRight: true },
  { title: 'PROMISED', cell: sizeOf('promisedBytes'), alignRight: true },
  { title: 'WRITTEN', cell: sizeOf('usedBytes'), alignRight: true },
  { title: 'AVAILABLE', cell: sizeOf('availableBytes'), alignRight: true },
  { title: 'VOLUMES', cell: ({ volumes }) => volumes, alignRight: true },
  { title: 'SNAPSHOTS', cell: ({ managed, snapshots }) => (managed ? '-' : snapshots), alignRight: true },
];

const wideColumns: readonly Column<PoolInfo__Output>[] = [
  { title: 'COPIES', cell: ({ managed, reflink }) => (managed ? '-' : reflink ? 'instant' : 'in the background') },
  { title: 'NODE', cell: ({ node }) => node },
  { title: 'PATH', cell: ({ path }) => path },
];

type SizeField = 'capacityBytes' | 'promisedBytes' | 'usedBytes' | 'availableBytes';

function sizeOf(field: SizeField): (pool: PoolInfo__Output) => string {
  return (pool) => (pool.managed ? '-' : formatSize(Number(pool[field])));
}

/** `tome pool ls`: what may be promised to volumes in all, what is, what is written, and what can still be promised. */
export async function listPools({ terminal, driver }: Context, { output }: OutputOptions): Promise<void> {
  const { pools } = await driver.admin.listPools({}, { signal: terminal.signal });
  const whenEmpty = 'no pools; the driver is given them when it starts: tome standalone --help';
  printList(terminal, { rows: pools, columns, wideColumns, plain, whenEmpty }, output);
  if (output === 'json') return;
  for (const { name, conditions } of pools) for (const condition of conditions) terminal.note(`${name}: ${condition}`);
}

function plain(pool: PoolInfo__Output): object {
  return {
    ...pool,
    capacityBytes: Number(pool.capacityBytes),
    promisedBytes: Number(pool.promisedBytes),
    usedBytes: Number(pool.usedBytes),
    availableBytes: Number(pool.availableBytes),
    volumes: Number(pool.volumes),
    snapshots: Number(pool.snapshots),
  };
}
