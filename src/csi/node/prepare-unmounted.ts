import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemFacts } from '../../filesystem/filesystem.ts';
import type { HostError } from '../../host/host-error.ts';
import { attachImage } from '../../pool/attach-image.ts';
import { imagePath } from '../../pool/layout.ts';
import { endPods } from './end-pods.ts';
import { filesystemOf, noteGrown } from './grow-filesystem.ts';
import type { Staging } from './plan-staging.ts';
import { releaseLoops } from './release-loops.ts';

/**
 * Checks a filesystem that must be, and grows one that this process could not grow mounted; returns whether it is still to
 * grow then. The tools work on a device: should one outlive this process, the kernel tells the next call that somebody
 * still has the volume.
 */
export async function prepareUnmounted(staging: Staging, isTooSmall: boolean): Promise<boolean> {
  const { pool, record } = staging;
  const filesystem = filesystemOf(pool, record);
  if (!filesystem.checksFirst && !isTooSmall) return false;
  // A pod may begin when this process is gone: then the device must still be this volume's.
  const autoclear = filesystem.endPods === undefined;
  const loop = await attachImage(pool, record, { access: 'single-writer', autoclear, unlimited: true });
  try {
    const damage = filesystem.checksFirst ? await filesystem.check(loop.device.path) : '';
    if (damage !== '') throw damaged(staging, damage);
    if (!isTooSmall || !(await filesystem.growImage(loop.device.path))) return isTooSmall;
    await noteGrown(pool, record);
    return false;
  } finally {
    loop.close();
    await endPods({ pool, record });
    await releaseLoops(pool.host, [loop.device]);
  }
}

/** A filesystem that has noted errors is read through first, and refused when it is damaged. */
export async function soundFacts(staging: Staging, facts: FilesystemFacts | undefined): Promise<FilesystemFacts> {
  const { pool, record } = staging;
  if (facts === undefined) throw damaged(staging, 'its superblock cannot be read');
  if (facts.hasErrors) {
    pool.log.warn({ volumeId: record.id }, 'filesystem has noted errors, checking it');
    const damage = await filesystemOf(pool, record).check(imagePath(pool, record.id));
    if (damage !== '') throw damaged(staging, damage);
  }
  return facts;
}

/** Nothing is mounted that may be damaged, and nothing repaired. */
export function damaged({ pool, record }: Staging, why: string, cause?: HostError): VolumeError {
  const { id, fsType } = record;
  const message =
    `volume ${id} is not mounted, its ${String(fsType)} may be damaged: ${why}. Nothing is repaired without being asked: ` +
    `run the repair tool of ${String(fsType)} on ${imagePath(pool, id)}, or restore a snapshot, then try again`;
  return new VolumeError('FailedPrecondition', message, { cause });
}
