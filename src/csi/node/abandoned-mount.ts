import { VolumeError } from '../../domain/errors.ts';
import { saysServerEnded } from '../../host/corrupt-mount.ts';
import type { PinnedPath } from '../../host/host.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import { endPods } from './end-pods.ts';
import { filesystemOf } from './grow-filesystem.ts';
import type { Staging } from './plan-staging.ts';
import { releaseLoops } from './release-loops.ts';
import { unmountAll } from './unmount.ts';
import { called, holderAt } from './words.ts';

/**
 * Whether a program served the filesystem at this path and has ended. statfs(2) is never answered from a cache.
 */
export async function isAbandoned({ pool, record }: FoundVolume, { path }: PinnedPath): Promise<boolean> {
  if (filesystemOf(pool, record).mounting.by === 'kernel') return false;
  try {
    await pool.host.files.usage(path);
    return false;
  } catch (error) {
    if (saysServerEnded(error)) return true;
    throw error;
  }
}

/**
 * Takes away a staging that nobody serves any more, so that the volume can be staged anew. Throws FailedPrecondition while
 * it is published: a target shows the filesystem that has ended, and keeps it.
 */
export async function unmountAbandoned(
  { pool, record }: Staging,
  { loops, mounts }: ImageUsage,
  path: PinnedPath,
): Promise<void> {
  const published = mounts.find(({ target }) => target !== path.resolved);
  if (published !== undefined) {
    const message = `the program that serves the filesystem of ${called(record)} has ended, and it ${holderAt(published.target)}`;
    throw new VolumeError('FailedPrecondition', message);
  }
  pool.log.warn({ volumeId: record.id }, 'the program that served the filesystem has ended, mounting it anew');
  await unmountAll(pool.host, path, mounts.length);
  await endPods({ pool, record });
  await releaseLoops(
    pool.host,
    loops.map(({ device }) => device),
  );
}
