import type { Catalog } from '../../../catalog/catalog.ts';
import { overlapError } from '../../../domain/managed-overlap.ts';
import { overlaps, rootOf } from '../../../domain/managed-path.ts';
import type { PoolResource } from '../../../domain/pool.ts';

interface Place {
  readonly id: string;
  readonly hostPath: string;
  readonly pool: PoolResource;
}

/**
 * Beneath a shared root one path is one directory on every node, which no node alone can see the volumes of. Throws
 * FailedPrecondition when another volume has it. Two that are asked for at this very moment on two nodes are not told
 * apart here; two in one pool are, by its agent.
 */
export async function refuseSharedOverlap({ id, hostPath, pool }: Place, catalog: Catalog): Promise<void> {
  if (rootOf(hostPath, pool.spec.managedRoots ?? [])?.shared !== true) return;
  const pools = new Map((await catalog.pools.list()).map((other) => [other.id, other]));
  for (const { id: otherId, spec } of await catalog.volumes.list()) {
    const other = spec.managed?.hostPath;
    if (otherId === id || other === undefined || !overlaps(hostPath, other)) continue;
    if (rootOf(other, pools.get(spec.pool)?.spec.managedRoots ?? [])?.shared !== true) continue;
    throw overlapError(hostPath, { id: otherId, spec, hostPath: other }, hostPath, other);
  }
}
