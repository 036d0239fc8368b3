import { VolumeError } from '../domain/errors.ts';
import type { PoolConfig } from './config.ts';

export interface PlacedPoolConfig extends PoolConfig {
  readonly nodeNames?: readonly string[] | undefined;
}

/**
 * The pools of one node, out of those of all nodes. Pools of one name may differ from node to node: an entry that names
 * the node wins over the one for every node. Throws InvalidArgument when two of a kind are left.
 */
export function poolsOfNode(pools: readonly PlacedPoolConfig[], nodeName: string): readonly PoolConfig[] {
  const here = pools.filter(({ nodeNames }) => nodeNames?.some((pattern) => matches(pattern, nodeName)) ?? true);
  const byName = Map.groupBy(here, ({ name }) => name);
  return [...byName].map(([name, entries]) => {
    const named = entries.filter(({ nodeNames }) => nodeNames !== undefined);
    const [chosen, other] = named.length > 0 ? named : entries;
    if (chosen === undefined || other !== undefined) {
      const what = named.length > 0 ? `have nodeNames that match ${nodeName}` : 'are for every node';
      throw new VolumeError('InvalidArgument', `configuration: pools: several entries of the name ${name} ${what}`);
    }
    return chosen;
  });
}

/** Names of nodes have no `*` in them. */
function matches(pattern: string, nodeName: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^\w-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(nodeName);
}
