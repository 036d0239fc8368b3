import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { managedPoolName, type PoolResource } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { Volume } from '../../domain/volume.ts';
import { poolResourceId } from '../register-pool.ts';

export interface NodePools {
  readonly nodeName: string;
  /** What pools of images are called on any node: by one of them, or by its managed pool, another node tells that it lives. */
  readonly poolNames: readonly string[];
}

/**
 * Throws FailedPrecondition when a node has told that it shows the volume, and that node answers: what one that is gone has
 * told keeps nothing.
 */
export async function refuseUseElsewhere(
  volume: Volume,
  { nodeName, poolNames }: NodePools,
  { pools }: Catalog,
): Promise<void> {
  for (const mount of volume.status.mounts) {
    if (mount.nodeName === nodeName) continue;
    const ids = [managedPoolName, ...poolNames].map((name) => poolResourceId(mount.nodeName, name));
    const found = await Promise.all(ids.map((id) => pools.find(id)));
    if (!found.some(isAnswering)) continue;
    throw new VolumeError('FailedPrecondition', `${nameOfVolume(volume)} is in use on node ${mount.nodeName}`);
  }
}

function isAnswering(pool: PoolResource | undefined): boolean {
  return pool !== undefined && silentSince(pool, Date.now()) === undefined;
}
