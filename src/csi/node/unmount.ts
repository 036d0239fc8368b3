import { VolumeError } from '../../domain/errors.ts';
import { saysCorrupt } from '../../host/corrupt-mount.ts';
import { isHostError } from '../../host/host-error.ts';
import type { Host, PinnedPath } from '../../host/host.ts';
import { whyUnreadable } from '../../host/why-unreadable.ts';

/**
 * Removes `count` mounts that are stacked at a path. A corrupt one that cannot be unmounted goes lazily: its users hold
 * nothing that could still be saved. Throws FailedPrecondition when it is in use. CSI names no code for that, and the
 * caller must do something before a retry can work; the kubelet retries whatever the code is.
 */
export async function unmountAll(host: Host, path: PinnedPath, count: number): Promise<void> {
  for (let left = count; left > 0; left--) await unmountTop(host, path);
}

async function unmountTop(host: Host, path: PinnedPath): Promise<void> {
  try {
    await host.mounts.unmount(path.path);
  } catch (error) {
    // Unmounted by somebody else since it was seen.
    if (isHostError(error, 'EINVAL', 'ENOENT')) return;
    if (saysCorrupt(error) || (await isCorrupt(host, path))) {
      await host.mounts.unmount(path.path, { lazy: true });
      return;
    }
    if (!isHostError(error, 'EBUSY')) throw error;
    const message = `${path.resolved} is in use: end the processes that have files open in it, then try again`;
    throw new VolumeError('FailedPrecondition', message, { cause: error });
  }
}

async function isCorrupt(host: Host, path: PinnedPath): Promise<boolean> {
  // What is remembered of a directory may outlive the server that has told it.
  const failure = await whyUnreadable(host, path.resolved);
  if (failure !== undefined) return saysCorrupt(failure);
  try {
    await host.files.stat(path.path);
    return false;
  } catch (error) {
    if (saysCorrupt(error)) return true;
    throw error;
  }
}
