import { messageOf } from '../domain/errors.ts';
import type { HealthEntry } from '../domain/volume.ts';
import { isHostError } from '../host/host-error.ts';
import { mountPointOf, sourceOf, type DirectoryVolumeRecord } from './directory-volume.ts';
import { dataLoss, inaccessible } from './image-health.ts';
import type { Pool } from './pool.ts';
import { probeMount } from './probe-mount.ts';

/** What is wrong with a volume of a registered filesystem of kind `directory`: its files in the pool, and its mount. */
export async function directoryHealth(pool: Pool, record: DirectoryVolumeRecord): Promise<HealthEntry[]> {
  const source = sourceOf(pool, record);
  if (source !== undefined && (await pool.host.files.stat(source)) === undefined) {
    return [dataLoss('DataMissing', `${source} is missing: restore it from a backup`)];
  }
  const target = mountPointOf(pool, record.id);
  if ((await pool.host.mounts.find(target)) === undefined) return [];
  const failure = await probeMount(pool.host, target);
  if (failure === undefined) return [];
  const what = `the ${record.fsType} of volume ${record.id}, mounted at ${target},`;
  if (!isDead(failure)) return [inaccessible('MountUnreadable', `${what} cannot be read: ${messageOf(failure)}`)];
  const message = `${what} is dead, what served it has ended (${messageOf(failure)}): it is mounted again when its secrets are at hand, at the latest when the volume is next staged`;
  return [inaccessible('MountDead', message)];
}

/** A FUSE filesystem without its daemon. */
export function isDead(error: unknown): boolean {
  return isHostError(error, 'ENOTCONN', 'ECONNABORTED');
}
