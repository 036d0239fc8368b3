import { isDeepStrictEqual } from 'node:util';
import { ConflictError, type Catalog } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { unknownPool, type PoolResource, type PoolSpec } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import type { Holding } from './holding.ts';

export interface Joining {
  readonly present: PoolResource | undefined;
  /** Its agent has ended before it wrote a heartbeat. */
  readonly isAbandoned: boolean;
  /** Called before the catalog is told that this node's agent acts from now on, and did not until now. */
  readonly onTaken: () => void;
}

interface Deps {
  readonly catalog: Pick<Catalog, 'pools'>;
  readonly nodeName: string;
  readonly ownsCatalog: boolean;
}

/**
 * Has the Pool as this node knows it: with itself among the nodes as long as its configuration says so, and with its agent
 * to act for it when there is no other, or that is silent. Undefined when it is not there.
 */
export async function joinShared(
  holding: Holding,
  { present, isAbandoned, onTaken }: Joining,
  { catalog, nodeName, ownsCatalog }: Deps,
): Promise<PoolResource | undefined> {
  const { id } = holding;
  if (present === undefined && holding.isOffered()) {
    try {
      const own = { ...holding.describe(undefined), agent: nodeName, nodes: [nodeName] };
      return await catalog.pools.create(id, own, unknownPool);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  return await modify(catalog.pools, id, (pool) => {
    const { spec } = pool;
    // A catalog of one node has no other: that one had another name.
    const isForsaken = isAbandoned || ownsCatalog || silentSince(pool, Date.now()) !== undefined;
    const agent = isForsaken && holding.isOffered() ? nodeName : spec.agent;
    if (agent !== spec.agent) onTaken();
    const nodes = ownsCatalog ? [nodeName] : nodesWith(spec, nodeName, holding.isOffered());
    const joined = { ...spec, ...holding.describe(spec), agent, nodes };
    return isDeepStrictEqual(joined, spec) ? undefined : joined;
  });
}

/** Takes the node out of the nodes that have it. */
export async function leaveShared({ id }: Holding, { catalog, nodeName }: Deps): Promise<void> {
  const present = await catalog.pools.find(id);
  if (present?.spec.nodes.includes(nodeName) !== true) return;
  await modify(catalog.pools, id, ({ spec }) => ({ ...spec, nodes: nodesWith(spec, nodeName, false) }));
}

function nodesWith({ nodes }: PoolSpec, nodeName: string, isOffered: boolean): string[] {
  if (!isOffered) return nodes.filter((node) => node !== nodeName);
  return nodes.includes(nodeName) ? nodes : [...nodes, nodeName];
}
