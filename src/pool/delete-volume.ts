import { VolumeError } from '../domain/errors.ts';
import { refuseConverting } from './converting.ts';
import { ensureUnmounted, runVolumeHook } from './directory-mount.ts';
import { isDirectoryVolume, mountPointOf, type DirectoryVolumeRecord } from './directory-volume.ts';
import { findVolume } from './find.ts';
import { imageUsage } from './image-usage.ts';
import { imageDirectory, isVolumeId } from './layout.ts';
import type { Pool } from './pool.ts';
import { requirePresent } from './presence.ts';

/**
 * Removes a volume: gone, durably, when it returns; its blocks are given back in the background. Takes the lock. Safe to
 * repeat: one that is gone, or another of the same id, is not ours to remove. Throws FailedPrecondition naming what
 * still holds the image, Unavailable when the pool's disk is gone. Where hooks may have made something of the volume, the
 * `delete` hook runs first, on each try.
 */
export async function deleteVolume(pool: Pool, id: string, uuid: string): Promise<void> {
  if (!isVolumeId(id)) return;
  await pool.locks.run(id, undefined, async () => {
    const record = await findVolume(pool, id);
    if (record === undefined) await requirePresent(pool);
    if (record?.uuid !== uuid) return;
    await refuseConverting(pool, record);
    if (isDirectoryVolume(record)) {
      await requireUnmounted(pool, record);
      const { prepared, sharedPool } = record.directory;
      // What another node has made of it is not known here.
      if (prepared !== undefined || sharedPool !== undefined)
        await runVolumeHook({ pool, record }, 'delete', undefined);
    }
    await discardImage(pool, id, uuid);
  });
}

/**
 * Forgets a volume that others have, too, and runs no hook. Takes the lock. Safe to repeat, as `deleteVolume`. Throws
 * FailedPrecondition while it is mounted here.
 */
export async function dropVolume(pool: Pool, id: string, uuid: string): Promise<void> {
  await pool.locks.run(id, undefined, async () => {
    const record = await findVolume(pool, id);
    if (record?.uuid !== uuid) return;
    if (isDirectoryVolume(record)) await requireUnmounted(pool, record);
    await discardImage(pool, id, uuid);
  });
}

/** Moves an image that nothing uses into the trash. The lock must be held. */
export async function discardImage(pool: Pool, id: string, uuid: string): Promise<void> {
  await requireUnused(pool, id);
  await pool.trash.discard(imageDirectory(pool, id), `${id}.${uuid}`);
  pool.ledger.release(id);
}

/** Throws FailedPrecondition naming what holds the image. */
export async function requireUnused(pool: Pool, id: string): Promise<void> {
  const { loops, mounts } = await imageUsage(pool, id);
  if (loops.length === 0) return;
  const holders = [...loops.map(({ device }) => device.path), ...mounts.map(({ target }) => target)].join(', ');
  throw new VolumeError('FailedPrecondition', `${id} is in use, unstage it first: ${holders}`);
}

async function requireUnmounted(pool: Pool, record: DirectoryVolumeRecord): Promise<void> {
  const { id, directory } = record;
  const target = mountPointOf(pool, id);
  if ((await pool.host.mounts.find(target)) !== undefined) {
    throw new VolumeError('FailedPrecondition', `${id} is mounted at ${target}, unstage it first`);
  }
  // A mount hook that a driver has left when it ended would mount it later, and a new volume of this id would show that.
  if (directory.prepared !== undefined) await ensureUnmounted({ pool, record });
}
