import { dirname } from 'node:path';
import { messageOf, VolumeError } from '../domain/errors.ts';
import { dataLoss, inaccessible } from '../domain/health-entry.ts';
import type { PoolCondition } from '../domain/pool.ts';
import { formatSize } from '../domain/sizes.ts';
import type { HealthEntry } from '../domain/volume.ts';
import type { FilesystemUsage } from '../host/host.ts';
import { directoryHealth } from './directory-health.ts';
import { isDirectoryVolume } from './directory-volume.ts';
import { findVolume } from './find.ts';
import { imageHealth } from './image-health.ts';
import { isVolumeId, within } from './layout.ts';
import type { Pool } from './pool.ts';
import { absence, isPresent } from './presence.ts';
import type { VolumeRecord } from './record.ts';

/** Below this share of free room or inodes somebody should act. */
const NEARLY_FULL = 0.05;
const FULL = 0.005;

/**
 * What is wrong with a volume, empty when nothing is: seen in its files, its superblock and its mounts. Changes nothing
 * and takes no lock, so a volume that is being deleted may look ill for a moment.
 */
export async function volumeHealth(
  pool: Pool,
  { id, uuid }: Pick<VolumeRecord, 'id' | 'uuid'>,
): Promise<HealthEntry[]> {
  try {
    const record = isVolumeId(id) ? await findVolume(pool, id) : undefined;
    if (record === undefined) return [await missing(pool, id)];
    if (record.uuid !== uuid) {
      const message = `pool ${pool.name} keeps another volume as ${id} (uuid ${record.uuid}, of ${record.createdAt}), not the one with uuid ${uuid}`;
      return [dataLoss('VolumeReplaced', message)];
    }
    return await (isDirectoryVolume(record) ? directoryHealth(pool, record) : imageHealth(pool, record));
  } catch (error) {
    // The record cannot be read: the image may be whole, but nobody can say what it is.
    if (error instanceof VolumeError) return [inaccessible('RecordUnreadable', error.message)];
    return [inaccessible('PoolUnreadable', messageOf(error))];
  }
}

/** Without its pool a volume is out of reach, and not lost. */
async function missing(pool: Pool, id: string): Promise<HealthEntry> {
  if (!(await isPresent(pool))) return inaccessible('PoolMissing', absence(pool));
  return dataLoss('VolumeMissing', `pool ${pool.name} has no volume ${id}`);
}

/** What is wrong with a pool, empty when nothing is. Writes and syncs a small file, every two seconds at most. */
export async function poolConditions(pool: Pool): Promise<PoolCondition[]> {
  try {
    if (!(await isPresent(pool))) return [unreachable('PoolMissing', absence(pool))];
    const usage = await pool.host.files.usage(pool.path);
    if (usage.readOnly) {
      return [degraded('PoolReadOnly', `the filesystem at ${pool.path} is read-only: nothing can be made or changed`)];
    }
    return [...fullness(pool, usage), ...(await hostFullness(pool)), ...(await writable(pool))];
  } catch (error) {
    return [unreachable('PoolUnreadable', `${pool.path} cannot be read: ${messageOf(error)}`)];
  }
}

function fullness(pool: Pool, usage: FilesystemUsage): PoolCondition[] {
  const { totalBytes, availableBytes, totalInodes, freeInodes } = usage;
  const room = availableBytes / totalBytes;
  // XFS makes inodes as they are needed, btrfs counts none.
  const share = totalInodes === 0 ? room : Math.min(room, freeInodes / totalInodes);
  if (share >= NEARLY_FULL) return [];
  const message = `${pool.path} has ${formatSize(availableBytes)} and ${freeInodes} inodes left: delete volumes or snapshots, or grow it`;
  return [degraded(share < FULL ? 'PoolFull' : 'PoolNearlyFull', message)];
}

/** A thin backing file grows into its disk; when that is full, the filesystem in the file shuts down. */
async function hostFullness({ settings: { backing }, host }: Pool): Promise<PoolCondition[]> {
  if (backing?.thin !== true) return [];
  const { availableBytes, totalBytes } = await host.files.usage(dirname(backing.file));
  if (availableBytes / totalBytes >= NEARLY_FULL) return [];
  const message = `the disk below ${backing.file} has ${formatSize(availableBytes)} left, and the pool may need more: free some room`;
  return [degraded('BackingDiskNearlyFull', message)];
}

/** Remembered for a moment: it costs a sync, and the state of a pool is asked for after every change in it. */
const WRITE_CHECK_MS = 2_000;
const writeChecks = new WeakMap<Pool, { readonly at: number; readonly result: Promise<PoolCondition[]> }>();

function writable(pool: Pool): Promise<PoolCondition[]> {
  const last = writeChecks.get(pool);
  if (last !== undefined && performance.now() - last.at < WRITE_CHECK_MS) return last.result;
  const result = checkWritable(pool);
  writeChecks.set(pool, { at: performance.now(), result });
  return result;
}

async function checkWritable(pool: Pool): Promise<PoolCondition[]> {
  try {
    await pool.host.files.checkWritable(within(pool, 'staging'));
    return [];
  } catch (error) {
    return [degraded('PoolNotWritable', `nothing can be written to ${pool.path}: ${messageOf(error)}`)];
  }
}

function degraded(reason: string, message: string): PoolCondition {
  return { status: 'DEGRADED', reason, message };
}

function unreachable(reason: string, message: string): PoolCondition {
  return { status: 'UNREACHABLE', reason, message };
}
