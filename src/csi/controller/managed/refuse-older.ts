import type { Catalog } from '../../../catalog/catalog.ts';
import { overlapError } from '../../../domain/managed-overlap.ts';
import { overlaps, rootOf } from '../../../domain/managed-path.ts';
import { sharedManagedPoolId } from '../../../domain/pool.ts';
import type { ManagedSpot } from './choose-managed-pool.ts';

/**
 * Beneath a shared root, throws FailedPrecondition when a volume has the directory that is in the pool of a node: from before
 * such volumes came into one place, or before the root was said to be shared. No more are made there, so that it does not
 * matter that this looks before the agent decides, which may not have heard of them.
 */
export async function refuseOlder(
  { id, hostPath }: { readonly id: string; readonly hostPath: string },
  { pool }: ManagedSpot,
  catalog: Catalog,
): Promise<void> {
  if (pool.id !== sharedManagedPoolId) return;
  const pools = new Map((await catalog.pools.list()).map((other) => [other.id, other]));
  for (const { id: otherId, spec } of await catalog.volumes.list()) {
    const other = spec.managed?.hostPath;
    if (spec.pool === sharedManagedPoolId || otherId === id) continue;
    if (other === undefined || !overlaps(hostPath, other)) continue;
    if (rootOf(other, pools.get(spec.pool)?.spec.managedRoots ?? [])?.shared !== true) continue;
    throw overlapError(hostPath, { id: otherId, spec, hostPath: other }, hostPath, other);
  }
}
