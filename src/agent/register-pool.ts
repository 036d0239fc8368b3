import { ConflictError, type Catalog } from '../catalog/catalog.ts';
import { modify } from '../catalog/modify.ts';
import { unknownPool, type PoolResource } from '../domain/pool.ts';

/** The id of the Pool resource for the pool of this name on a node. */
export function poolResourceId(nodeName: string, poolName: string): string {
  return `${nodeName}.${poolName}`;
}

/**
 * Puts the pool into the catalog with this node's agent acting for it; nodes that were added to it stay. Undefined when
 * somebody deletes it at this moment.
 */
export async function registerPool(
  catalog: Catalog,
  nodeName: string,
  name: string,
): Promise<PoolResource | undefined> {
  const id = poolResourceId(nodeName, name);
  try {
    return await catalog.pools.create(id, { name, agent: nodeName, nodes: [nodeName] }, unknownPool);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return await modify(catalog.pools, id, ({ spec }) =>
      spec.name === name && spec.agent === nodeName ? undefined : { ...spec, name, agent: nodeName },
    );
  }
}
