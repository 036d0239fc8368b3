import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { managedPoolName } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { Volume } from '../../domain/volume.ts';
import { poolResourceId } from '../register-pool.ts';

/**
 * Throws FailedPrecondition when a node has told that it shows the volume, and that node answers: what one that is gone has
 * told keeps nothing.
 */
export async function refuseUseElsewhere(volume: Volume, nodeName: string, { pools }: Catalog): Promise<void> {
  for (const mount of volume.status.mounts) {
    if (mount.nodeName === nodeName) continue;
    const pool = await pools.find(poolResourceId(mount.nodeName, managedPoolName));
    if (pool === undefined || silentSince(pool, Date.now()) !== undefined) continue;
    throw new VolumeError('FailedPrecondition', `${nameOfVolume(volume)} is in use on node ${mount.nodeName}`);
  }
}
