import { messageOf } from '../domain/errors.ts';
import { dataLoss, inaccessible } from '../domain/health-entry.ts';
import type { HealthEntry } from '../domain/volume.ts';
import { saysServerEnded } from '../host/corrupt-mount.ts';
import { whyUnreadable } from '../host/why-unreadable.ts';
import { mountPointOf, sourceOf, type DirectoryVolumeRecord } from './directory-volume.ts';
import type { Pool } from './pool.ts';

const AGAIN =
  'it is mounted again within seconds where that needs no secret or the driver has staged it since its start, else when it is next staged';

/** What is wrong with a volume of a registered filesystem of kind `directory`: its files in the pool, and its mount. */
export async function directoryHealth(pool: Pool, record: DirectoryVolumeRecord): Promise<HealthEntry[]> {
  const source = sourceOf(pool, record);
  if (source !== undefined && (await pool.host.files.stat(source)) === undefined) {
    return [dataLoss('DataMissing', `${source} is missing: restore it from a backup`)];
  }
  const target = mountPointOf(pool, record.id);
  if ((await pool.host.mounts.find(target)) === undefined) return goneHealth(pool, record, target);
  const failure = await whyUnreadable(pool.host, target);
  if (failure === undefined) return [];
  const what = `the ${record.fsType} of volume ${record.id}, mounted at ${target},`;
  if (!saysServerEnded(failure))
    return [inaccessible('MountUnreadable', `${what} cannot be read: ${messageOf(failure)}`)];
  const message = `${what} is dead, what served it has ended (${messageOf(failure)}): ${AGAIN}`;
  return [inaccessible('MountDead', message)];
}

/** The directory is made for a mount, and removed after the unmount: one that is left alone has lost its mount. */
async function goneHealth(pool: Pool, { id, fsType }: DirectoryVolumeRecord, target: string): Promise<HealthEntry[]> {
  if ((await pool.host.files.stat(target)) === undefined) return [];
  const message = `the ${fsType} of volume ${id} is not mounted at ${target} any more, or is being mounted at this moment: ${AGAIN}`;
  return [inaccessible('MountGone', message)];
}
