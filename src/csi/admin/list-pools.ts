import type { PoolResource } from '../../domain/pool.ts';
import type { ListPoolsResponse } from '../gen/tome/v1/ListPoolsResponse.ts';
import type { PoolInfo } from '../gen/tome/v1/PoolInfo.ts';
import type { AdminDeps } from './deps.ts';

/** Every pool of the catalog with what is in it. Sizes in bytes, as the pool's agent last reported them. */
export async function listPools(deps: AdminDeps): Promise<ListPoolsResponse> {
  const pools = await deps.catalog.pools.list();
  return { pools: await Promise.all(pools.map((pool) => describe(pool, deps))) };
}

async function describe({ id, spec, status }: PoolResource, { catalog, pools }: AdminDeps): Promise<PoolInfo> {
  const [volumes, snapshots] = await Promise.all([
    catalog.volumes.list({ pool: id }),
    catalog.snapshots.list({ pool: id }),
  ]);
  return {
    id,
    name: spec.name,
    path: pools.all().find((open) => open.uuid === status.uuid)?.path ?? '',
    node: spec.agent,
    state: stateOf(status),
    capacityBytes: status.capacity,
    promisedBytes: status.promised,
    usedBytes: status.used,
    availableBytes: status.available,
    volumes: volumes.length,
    snapshots: snapshots.length,
    reflink: status.reflink,
    conditions: status.conditions.map(({ message }) => message),
  };
}

function stateOf({ ready, conditions }: PoolResource['status']): string {
  if (conditions.some(({ status }) => status === 'UNREACHABLE')) return 'Unreachable';
  if (!ready) return 'Opening';
  return conditions.length > 0 ? 'Degraded' : 'Ready';
}
