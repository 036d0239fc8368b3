import { isDeepStrictEqual } from 'node:util';
import { ConflictError, type Catalog } from '../catalog/catalog.ts';
import { modify } from '../catalog/modify.ts';
import { unknownPool, type ManagedRoot, type PoolResource } from '../domain/pool.ts';

/** The id of the Pool resource for the pool of this name on a node. */
export function poolResourceId(nodeName: string, poolName: string): string {
  return `${nodeName}.${poolName}`;
}

/**
 * Puts the pool into the catalog with this node's agent acting for it; nodes that were added to it stay. `managedRoots`: it
 * is the place of the node's managed volumes. Undefined when somebody deletes it at this moment.
 */
export async function registerPool(
  catalog: Catalog,
  nodeName: string,
  name: string,
  managedRoots?: readonly ManagedRoot[],
): Promise<PoolResource | undefined> {
  const id = poolResourceId(nodeName, name);
  const own = { name, agent: nodeName, managedRoots: managedRoots && [...managedRoots] };
  try {
    return await catalog.pools.create(id, { ...own, nodes: [nodeName] }, unknownPool);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return await modify(catalog.pools, id, ({ spec }) => {
      const present = { name: spec.name, agent: spec.agent, managedRoots: spec.managedRoots };
      return isDeepStrictEqual(present, own) ? undefined : { ...spec, ...own };
    });
  }
}
