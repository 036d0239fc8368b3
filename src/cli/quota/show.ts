import type { Context } from '../context.ts';
import { formatJson, type OutputOptions } from '../output.ts';
import { formatFields } from '../table.ts';
import { plainQuota, shownUse } from './describe-quota.ts';
import { requireQuota } from './require-quota.ts';

/** `tome quota show`. */
export async function showQuota(context: Context, name: string, { output }: OutputOptions): Promise<void> {
  const { terminal } = context;
  const quota = await requireQuota(context, name);
  if (output === 'json') {
    terminal.print(formatJson(plainQuota(quota)));
    return;
  }
  const fields = [
    ['name', quota.name],
    ['pool', quota.pool || 'all'],
    ['namespace', quota.namespace || 'all'],
    ['storage class', quota.storageClass || 'all'],
    ['volumes', shownUse(quota, 'volumes')],
    ['size', shownUse(quota, 'bytes')],
    ['snapshots', shownUse(quota, 'snapshots')],
  ] as const;
  terminal.print(formatFields(fields));
}
