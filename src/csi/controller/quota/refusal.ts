import { VolumeError } from '../../../domain/errors.ts';
import { amountNames, excess, type Amounts, type Quota } from '../../../domain/quota.ts';
import { formatSize } from '../../../domain/sizes.ts';

const LIMITED: Readonly<Record<keyof Amounts, { readonly what: string; readonly show: (amount: number) => string }>> = {
  volumes: { what: 'volumes', show: String },
  bytes: { what: 'the size of volumes', show: formatSize },
  snapshots: { what: 'snapshots', show: String },
};

/**
 * Why the quota does not allow `wanted` where `used` is used already; undefined when it does. A limit that is passed
 * already, since it was lowered, stands only in the way of more of the same.
 */
export function refusalOf({ id, spec }: Quota, used: Amounts, wanted: Amounts): VolumeError | undefined {
  const more = excess(wanted, used);
  for (const name of amountNames) {
    const limit = spec.limits[name];
    if (limit === undefined || more[name] === 0 || wanted[name] <= limit) continue;
    const { what, show } = LIMITED[name];
    const message = `quota ${id}${scopeOf(spec)} limits ${what} to ${show(limit)}: ${show(used[name])} used, ${show(more[name])} more asked for`;
    return new VolumeError('ResourceExhausted', `${message}; delete some, or have the quota raised`);
  }
  return undefined;
}

function scopeOf({ namespace, storageClass, pool }: Quota['spec']): string {
  const parts = [
    ...(namespace === undefined ? [] : [`namespace ${namespace}`]),
    ...(storageClass === undefined ? [] : [`storage class ${storageClass}`]),
    ...(pool === undefined ? [] : [`pool ${pool}`]),
  ];
  return parts.length === 0 ? '' : ` of ${parts.join(', ')}`;
}
