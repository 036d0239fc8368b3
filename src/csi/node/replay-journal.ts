import { VolumeError } from '../../domain/errors.ts';
import { attachImage } from '../../pool/attach-image.ts';
import { imageUsage } from '../../pool/image-usage.ts';
import type { Pool } from '../../pool/pool.ts';
import type { VolumeRecord } from '../../pool/record.ts';
import { filesystemOf, growIfShort } from './grow-filesystem.ts';
import { momentaryPlace } from './momentary-mount.ts';
import { idleDevices } from './plan-staging.ts';
import { releaseLoops } from './release-loops.ts';

/**
 * Mounts the volume read-write for a moment, out of sight: the kernel replays the journal, and the filesystem grows to
 * its image. A read-only mount on a read-only device could do neither. Throws FailedPrecondition when the image is
 * mounted anywhere. What a crash leaves of it, `endMomentaryMounts` removes.
 */
export async function replayJournal(pool: Pool, record: VolumeRecord): Promise<void> {
  const { host } = pool;
  const { loops, mounts } = await imageUsage(pool, record.id);
  const [holder] = mounts;
  if (holder !== undefined) {
    const message = `the journal of volume ${record.id} must be replayed, but it is mounted at ${holder.target}: unmount it there first`;
    throw new VolumeError('FailedPrecondition', message);
  }
  await releaseLoops(host, idleDevices({ loops, mounts }));

  const filesystem = filesystemOf(pool, record);
  const { mounting } = filesystem;
  // A program that serves a filesystem replays what there is to replay in its own way.
  if (mounting.by === 'program') return;
  const target = momentaryPlace(pool, 'replay', record.id);
  await host.files.makeDirectory(target, 0o700);
  const loop = await attachImage(pool, record, { access: 'single-writer', autoclear: true, unlimited: true });
  try {
    const source = loop.device.path;
    const options = filesystem.mountOptions({ readOnly: false, discard: false });
    await host.mounts.mount({ source, target, fsType: mounting.fsType, options });
    await growIfShort(pool, record, { device: source, target }).finally(() => host.mounts.unmount(target));
  } finally {
    loop.close();
  }
  await releaseLoops(host, [loop.device]);
  await host.files.remove(target);
}
