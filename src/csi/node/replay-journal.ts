import { basename, dirname } from 'node:path';
import { VolumeError } from '../../domain/errors.ts';
import type { Host } from '../../host/host.ts';
import { attachImage } from '../../pool/attach-image.ts';
import { imageUsage, type ImageUsage } from '../../pool/image-usage.ts';
import { within } from '../../pool/layout.ts';
import type { Pool } from '../../pool/pool.ts';
import type { VolumeRecord } from '../../pool/record.ts';
import { filesystemOf, growIfShort } from './grow-filesystem.ts';
import { idleDevices } from './plan-staging.ts';
import { releaseLoops } from './release-loops.ts';

/**
 * Mounts the volume read-write for a moment, out of sight: the kernel replays the journal, and the filesystem grows to
 * its image. A read-only mount on a read-only device could do neither. Throws FailedPrecondition when the image is
 * mounted anywhere. What a crash leaves of it, `endReplay` removes.
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
  const target = within(pool, 'staging', replayName(record.id));
  await host.files.makeDirectory(target, 0o700);
  const loop = await attachImage(pool, record, { access: 'single-writer', autoclear: true });
  try {
    const source = loop.device.path;
    const options = filesystem.mountOptions({ readOnly: false, discard: false });
    await host.mounts.mount({ source, target, fsType: filesystem.name, options });
    await growIfShort(pool, record, { device: source, target }).finally(() => host.mounts.unmount(target));
  } finally {
    loop.close();
  }
  await releaseLoops(host, [loop.device]);
  await host.files.remove(target);
}

/** Unmounts what a replay that did not end has left. Returns whether there was anything. */
export async function endReplay(host: Host, id: string, usage: ImageUsage): Promise<boolean> {
  const left = usage.mounts.filter(({ target }) => isReplay(id, target));
  for (const { target, device } of left) {
    await host.mounts.unmount(target);
    await releaseLoops(host, [device]);
    await host.files.remove(target);
  }
  return left.length > 0;
}

function replayName(id: string): string {
  return `replay-${id}`;
}

function isReplay(id: string, target: string): boolean {
  return basename(target) === replayName(id) && basename(dirname(target)) === 'staging';
}
