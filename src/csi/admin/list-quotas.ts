import { amountNames, type Quota } from '../../domain/quota.ts';
import type { ListQuotasRequest__Output } from '../gen/tome/v1/ListQuotasRequest.ts';
import type { ListQuotasResponse } from '../gen/tome/v1/ListQuotasResponse.ts';
import type { QuotaInfo } from '../gen/tome/v1/QuotaInfo.ts';
import { byName } from './by-name.ts';
import type { AdminDeps } from './deps.ts';

/** Quotas by name, with what is used of each now. */
export async function listQuotas(
  { name }: ListQuotasRequest__Output,
  { catalog, quotas }: AdminDeps,
): Promise<ListQuotasResponse> {
  // What was deleted since the last count is still in it.
  await quotas.look();
  const all = await catalog.quotas.list();
  const wanted = all.filter(({ id }) => name === '' || id === name);
  return { quotas: wanted.map(describe).toSorted(byName) };
}

function describe({ id, spec, status }: Quota): QuotaInfo {
  const { namespace = '', storageClass = '', pool = '', limits } = spec;
  const uses = amountNames.map((what) => {
    const most = limits[what];
    return [what, { used: status.used[what], limit: most === undefined ? null : { most } }] as const;
  });
  return { name: id, namespace, storageClass, pool, ...Object.fromEntries(uses) };
}
