import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { PoolResource } from '../../domain/pool.ts';

/**
 * The Pool of this id; undefined when there is none, which is what an operator says of a node that is gone for good. What
 * is listed may be a moment old, which pools bear well; that one is missing is asked for exactly.
 */
export async function findPool({ pools }: Catalog, id: string): Promise<PoolResource | undefined> {
  const listed = (await pools.list()).find((pool) => pool.id === id);
  return listed ?? (await pools.find(id));
}

/** Throws FailedPrecondition when the pool is gone, and `what` with it. */
export async function requirePool(catalog: Catalog, id: string, what: string): Promise<PoolResource> {
  const pool = await findPool(catalog, id);
  if (pool === undefined)
    throw new VolumeError('FailedPrecondition', `${what} is lost: its pool ${id} is gone with its node`);
  return pool;
}
