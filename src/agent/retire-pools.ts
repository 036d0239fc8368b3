import type { Catalog } from '../catalog/catalog.ts';
import { isShared } from '../domain/pool.ts';
import type { PoolReporter } from './pool-reporter.ts';

interface Retiring {
  readonly catalog: Catalog;
  readonly reporter: Pick<PoolReporter, 'lost'>;
  readonly nodeName: string;
  readonly ownsCatalog: boolean;
}

/**
 * A pool of this node that was taken out of the configuration, where `own` are, must not be chosen for new volumes. Of one
 * that nodes share nothing is told: its silence has another of them act for it.
 */
export async function retirePools(own: readonly string[], retiring: Retiring): Promise<void> {
  const { catalog, reporter, nodeName, ownsCatalog } = retiring;
  for (const { id, spec } of await catalog.pools.list()) {
    if (own.includes(id) || !(ownsCatalog || spec.agent === nodeName)) continue;
    if (!ownsCatalog && isShared({ id, spec })) continue;
    await reporter.lost(id, `pool ${spec.name} of node ${spec.agent} is not in the configuration any more`);
  }
}
