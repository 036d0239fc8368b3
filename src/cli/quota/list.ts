import type { QuotaInfo__Output } from '../../csi/gen/tome/v1/QuotaInfo.ts';
import type { Context } from '../context.ts';
import type { OutputOptions } from '../output.ts';
import { printList } from '../print-list.ts';
import type { Column } from '../table.ts';
import { plainQuota, shownUse } from './describe-quota.ts';

const columns: readonly Column<QuotaInfo__Output>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'POOL', cell: ({ pool }) => pool },
  { title: 'NAMESPACE', cell: ({ namespace }) => namespace },
  { title: 'CLASS', cell: ({ storageClass }) => storageClass },
  { title: 'VOLUMES', cell: (quota) => shownUse(quota, 'volumes') },
  { title: 'SIZE', cell: (quota) => shownUse(quota, 'bytes') },
  { title: 'SNAPSHOTS', cell: (quota) => shownUse(quota, 'snapshots') },
];

/** `tome quota ls`. */
export async function listQuotas({ terminal, driver }: Context, { output }: OutputOptions): Promise<void> {
  const { quotas } = await driver.admin.listQuotas({}, { signal: terminal.signal });
  const whenEmpty = 'no quotas; make one: tome quota set NAME --volumes 10';
  printList(terminal, { rows: quotas, columns, wideColumns: [], plain: plainQuota, whenEmpty }, output);
}
