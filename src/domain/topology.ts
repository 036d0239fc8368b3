import { VolumeError } from './errors.ts';

/** The one topology key: the name of the node. */
export const topologyKey = 'topology.tome.storage/node';

/** A CSI Topology in which something is accessible from one node. */
export function topologyOf(nodeName: string): { segments: Record<string, string> } {
  return { segments: { [topologyKey]: nodeName } };
}

/** The node a CSI Topology names. Throws InvalidArgument when it speaks of anything else. */
export function nodeOf({ segments }: { readonly segments: Readonly<Record<string, string>> }): string {
  const { [topologyKey]: nodeName, ...others } = segments;
  if (nodeName === undefined || nodeName === '' || Object.keys(others).length > 0) {
    throw new VolumeError('InvalidArgument', `a topology must have exactly one segment, ${topologyKey}: a node's name`);
  }
  return nodeName;
}
