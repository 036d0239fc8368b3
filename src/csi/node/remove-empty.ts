import { VolumeError } from '../../domain/errors.ts';
import { isHostError } from '../../host/host-error.ts';
import type { Host, PinnedPath } from '../../host/host.ts';
import { devicePathOf } from '../../pool/image-mount.ts';

/**
 * Removes an empty directory or empty file; gone already is fine. So is the device of a block volume that somebody has
 * detached: it shows nothing any more, and only its bind mount is left. Anything else is somebody's data, or the place of
 * another mount: FailedPrecondition.
 */
export async function removeEmpty(host: Host, path: PinnedPath): Promise<void> {
  if (await showsUnboundDevice(host, path)) await host.mounts.unmount(path.path);
  const present = await host.files.stat(path.path);
  if (present === undefined) return;
  if (present.kind !== 'directory' && (present.kind !== 'file' || present.size > 0)) {
    const what = present.kind === 'file' ? 'a file that holds something' : `of kind ${present.kind}`;
    throw new VolumeError('FailedPrecondition', `${path.resolved} is ${what}, and not removed: look at what it is`);
  }
  await removeMountPoint(host, path);
}

async function showsUnboundDevice(host: Host, { path, resolved }: PinnedPath): Promise<boolean> {
  if ((await host.files.stat(path))?.kind !== 'block') return false;
  const mount = await host.mounts.find(resolved);
  const device = mount && devicePathOf(mount);
  return device !== undefined && (await host.loops.find(device)) === undefined;
}

/** As `removeEmpty`, for the place of a mount that was just taken off: it was empty when the mount came. */
export async function removeMountPoint(host: Host, path: PinnedPath): Promise<void> {
  try {
    await host.files.remove(path.path);
  } catch (error) {
    if (!isHostError(error, 'ENOTEMPTY', 'EEXIST', 'EBUSY')) throw error;
    const why = error.code === 'EBUSY' ? 'something else is mounted there' : 'there are files in it';
    throw new VolumeError('FailedPrecondition', `${path.resolved} cannot be removed, ${why}: look at what it is`, {
      cause: error,
    });
  }
}
