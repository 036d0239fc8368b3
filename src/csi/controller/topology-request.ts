import { nodeOf } from '../../domain/topology.ts';
import type { TopologyRequirement__Output } from '../gen/csi/v1/TopologyRequirement.ts';

/** Names of nodes. */
export interface Placement {
  /** At least one of these must be able to reach it; undefined when any node will do. */
  readonly requisite: readonly string[] | undefined;
  /** Best first. */
  readonly preferred: readonly string[];
}

/** Throws InvalidArgument when a topology is about anything but nodes. */
export function parsePlacement(requirement: TopologyRequirement__Output | null): Placement {
  const requisite = requirement?.requisite.map(nodeOf) ?? [];
  const preferred = requirement?.preferred.map(nodeOf) ?? [];
  return { requisite: requisite.length === 0 ? undefined : requisite, preferred: [...preferred, ...requisite] };
}

/** Whether what these nodes reach can be reached from one of those asked for. */
export function isReachable(nodes: readonly string[], { requisite }: Placement): boolean {
  return requisite === undefined || nodes.some((node) => requisite.includes(node));
}
