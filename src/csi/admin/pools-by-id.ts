import { VolumeError } from '../../domain/errors.ts';
import type { Pool } from '../../pool/pool.ts';
import type { AdminDeps } from './deps.ts';

export interface PoolsById {
  /** The name people give; the id itself when the catalog does not know the pool. */
  readonly nameOf: (id: string) => string;
  /** Whether a list narrowed to the pools of this name has it; the empty name is every pool. Throws NotFound for an unknown name. */
  readonly wanted: (name: string) => (poolId: string) => boolean;
  /** Undefined when this node does not have it open. */
  readonly openOf: (id: string) => Pool | undefined;
}

/** The catalog's pools, each with the open pool of the same uuid. */
export async function readPools({ catalog, pools }: Pick<AdminDeps, 'catalog' | 'pools'>): Promise<PoolsById> {
  const resources = new Map((await catalog.pools.list()).map((resource) => [resource.id, resource]));
  const open = new Map(pools.all().map((pool) => [pool.uuid, pool]));
  const nameOf = (id: string): string => resources.get(id)?.spec.name ?? id;
  const names = [...new Set([...resources.values()].map(({ spec }) => spec.name))];
  return {
    nameOf,
    wanted: (name) => {
      if (name !== '' && !names.includes(name)) {
        throw new VolumeError('NotFound', `there is no pool ${name}: known are ${names.join(', ')}`);
      }
      return (poolId) => name === '' || nameOf(poolId) === name;
    },
    openOf: (id) => open.get(resources.get(id)?.status.uuid ?? ''),
  };
}
