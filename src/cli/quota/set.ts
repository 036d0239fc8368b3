import { hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { useOf } from './describe-quota.ts';
import { requireQuota } from './require-quota.ts';

export interface SetOptions {
  readonly volumes?: number;
  readonly size?: number;
  readonly snapshots?: number;
  readonly pool?: string;
  readonly namespace?: string;
  readonly storageClass?: string;
}

/** `tome quota set`: what is not given is not limited, whatever the quota has said before. */
export async function setQuota(context: Context, name: string, options: SetOptions): Promise<void> {
  const { driver, terminal } = context;
  const { volumes, size, snapshots, pool, namespace, storageClass } = options;
  if (volumes === undefined && size === undefined && snapshots === undefined) {
    throw new CliError('nothing is limited', 'give --volumes, --size or --snapshots');
  }
  const request = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(storageClass !== undefined && { storageClass }),
    ...(pool !== undefined && { pool }),
    ...(volumes !== undefined && { volumes: { most: volumes } }),
    ...(size !== undefined && { bytes: { most: size } }),
    ...(snapshots !== undefined && { snapshots: { most: snapshots } }),
  };
  await driver.admin
    .setQuota(request, { signal: terminal.signal })
    .catch(hint({ NOT_FOUND: 'see which pools there are: tome pool ls' }));
  const quota = await requireQuota(context, name);
  terminal.print(`quota ${name} is set: ${useOf(quota)}`);
}
