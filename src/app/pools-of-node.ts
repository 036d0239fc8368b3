import { VolumeError } from '../domain/errors.ts';
import { sharedFilesystemPoolId, type ManagedRoot } from '../domain/pool.ts';
import { isSharedElsewhere, type Registration } from '../filesystem/registered/registration.ts';
import type { PoolConfig } from './config.ts';

export interface PlacedPoolConfig extends PoolConfig {
  readonly nodeNames?: readonly string[] | undefined;
}

/**
 * The pools of one node, out of those of all nodes. Pools of one name may differ from node to node: an entry that names
 * the node wins over the one for every node. Throws InvalidArgument when two of a kind are left.
 */
export function poolsOfNode(pools: readonly PlacedPoolConfig[], nodeName: string): readonly PoolConfig[] {
  return entriesOfNode(pools, ({ name }) => name, { nodeName, called: 'pools: several entries of the name' });
}

/** Throws InvalidArgument for a pool whose id would be that of what nodes share of a filesystem. */
export function refuseSharedIds(
  pools: readonly PoolConfig[],
  filesystems: readonly Registration[],
  nodeName: string,
): void {
  const shared = filesystems.filter(isSharedElsewhere).map(({ name }) => sharedFilesystemPoolId(name));
  const taken = pools.find(({ name }) => shared.includes(`${nodeName}.${name}`));
  if (taken === undefined) return;
  const message = `configuration: the pool ${taken.name} of the node ${nodeName} is called as what nodes share of the filesystem ${taken.name}: give the pool another name`;
  throw new VolumeError('InvalidArgument', message);
}

interface PlacedRoot extends ManagedRoot {
  readonly nodeNames?: readonly string[] | undefined;
}

/** The same for managed roots, of which a node has each path once. */
export function rootsOfNode(roots: readonly PlacedRoot[], nodeName: string): readonly ManagedRoot[] {
  const here = entriesOfNode(roots, ({ path }) => path, {
    nodeName,
    called: 'managedRoots: several entries of the path',
  });
  return here.map(({ path, shared }) => ({ path, shared }));
}

function entriesOfNode<T extends { readonly nodeNames?: readonly string[] | undefined }>(
  all: readonly T[],
  keyOf: (entry: T) => string,
  { nodeName, called }: { readonly nodeName: string; readonly called: string },
): readonly T[] {
  const here = all.filter(({ nodeNames }) => nodeNames?.some((pattern) => matches(pattern, nodeName)) ?? true);
  return [...Map.groupBy(here, keyOf)].map(([key, entries]) => {
    const named = entries.filter(({ nodeNames }) => nodeNames !== undefined);
    const [chosen, other] = named.length > 0 ? named : entries;
    if (chosen === undefined || other !== undefined) {
      const what = named.length > 0 ? `have nodeNames that match ${nodeName}` : 'are for every node';
      throw new VolumeError('InvalidArgument', `configuration: ${called} ${key} ${what}`);
    }
    return chosen;
  });
}

/** Names of nodes have no `*` in them. */
function matches(pattern: string, nodeName: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^\w-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(nodeName);
}
