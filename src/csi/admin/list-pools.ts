import { messageOf } from '../../domain/errors.ts';
import type { PoolResource, PoolStatus } from '../../domain/pool.ts';
import { poolCapacity, type PoolCapacity } from '../../pool/capacity.ts';
import type { Pool } from '../../pool/pool.ts';
import type { ListPoolsResponse } from '../gen/tome/v1/ListPoolsResponse.ts';
import type { PoolInfo } from '../gen/tome/v1/PoolInfo.ts';
import type { AdminDeps } from './deps.ts';

/** Every pool of the catalog with what is in it. Sizes in bytes: as they are now, where this node has the pool open. */
export async function listPools(deps: AdminDeps): Promise<ListPoolsResponse> {
  const pools = await deps.catalog.pools.list();
  return { pools: await Promise.all(pools.map((pool) => describe(pool, deps))) };
}

async function describe({ id, spec, status }: PoolResource, { catalog, pools }: AdminDeps): Promise<PoolInfo> {
  const open = pools.all().find(({ uuid }) => uuid === status.uuid);
  const [volumes, snapshots, measured] = await Promise.all([
    catalog.volumes.list({ pool: id }),
    catalog.snapshots.list({ pool: id }),
    measure(open, status),
  ]);
  const { capacity, promised, used, available, problem } = measured;
  const conditions = status.conditions.map(({ message }) => message);
  return {
    id,
    name: spec.name,
    path: open?.path ?? spec.managedRoots?.map((root) => root.path).join(', ') ?? '',
    node: spec.agent,
    state: problem === undefined ? stateOf(status) : 'Unreachable',
    capacityBytes: capacity,
    promisedBytes: promised,
    usedBytes: used,
    availableBytes: available,
    volumes: volumes.length,
    snapshots: snapshots.length,
    reflink: status.reflink,
    managed: spec.managedRoots !== undefined,
    conditions: problem === undefined ? conditions : [...new Set([...conditions, problem])],
  };
}

/** What the agent last reported, when the pool is not open here or does not answer: `problem` says why then. */
async function measure(open: Pool | undefined, reported: PoolStatus): Promise<PoolCapacity & { problem?: string }> {
  if (open === undefined) return reported;
  try {
    return await poolCapacity(open);
  } catch (error) {
    return { ...reported, problem: messageOf(error) };
  }
}

function stateOf({ ready, conditions }: PoolStatus): string {
  if (conditions.some(({ status }) => status === 'UNREACHABLE')) return 'Unreachable';
  if (!ready) return 'Opening';
  return conditions.length > 0 ? 'Degraded' : 'Ready';
}
