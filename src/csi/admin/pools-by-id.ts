import type { Pool } from '../../pool/pool.ts';
import type { AdminDeps } from './deps.ts';

export interface PoolsById {
  /** The name people give; the id itself when the catalog does not know the pool. */
  readonly nameOf: (id: string) => string;
  /** Undefined when this node does not have it open. */
  readonly openOf: (id: string) => Pool | undefined;
}

/** The catalog's pools, each with the open pool of the same uuid. */
export async function readPools({ catalog, pools }: Pick<AdminDeps, 'catalog' | 'pools'>): Promise<PoolsById> {
  const resources = new Map((await catalog.pools.list()).map((resource) => [resource.id, resource]));
  const open = new Map(pools.all().map((pool) => [pool.uuid, pool]));
  return {
    nameOf: (id) => resources.get(id)?.spec.name ?? id,
    openOf: (id) => open.get(resources.get(id)?.status.uuid ?? ''),
  };
}
