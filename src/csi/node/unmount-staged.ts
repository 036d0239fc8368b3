import type { PinnedPath } from '../../host/host.ts';
import { detachStack } from '../../filesystem/registered/stacked-mounts.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import { isAbandoned } from './abandoned-mount.ts';
import type { NodeDeps } from './deps.ts';
import { filesystemOf } from './grow-filesystem.ts';
import { momentaryPlace } from './momentary-mount.ts';
import { unmountAll } from './unmount.ts';

/**
 * Takes a filesystem off its staging path, where it is mounted `count` times, in the way of its own that its record tells.
 * What a hook leaves is for umount2(2). One whose programs run in pods is at its momentary place then, for `endPods`.
 */
export async function unmountStaged(
  { host }: NodeDeps,
  volume: FoundVolume | undefined,
  path: PinnedPath,
  count: number,
): Promise<void> {
  const filesystem = volume?.record.fsType === undefined ? undefined : filesystemOf(volume.pool, volume.record);
  const isServed = async () => volume !== undefined && !(await isAbandoned(volume, path));
  if (volume !== undefined && filesystem?.endPods !== undefined && (await isServed())) {
    await moveAside(volume, path, () => unmountAll(host, path, count));
    return;
  }
  if (filesystem?.unmount !== undefined && (await isServed())) {
    // Other processes find this one's descriptors by its id.
    await filesystem.unmount(path.path.replace('/proc/self/', `/proc/${process.pid}/`));
  }
  await unmountAll(host, path, count);
}

/** No pod is given a path that Kubernetes has chosen; and while it is still in use here, nothing is unmounted at all. */
async function moveAside({ pool, record }: FoundVolume, path: PinnedPath, unmount: () => Promise<void>): Promise<void> {
  const { host } = pool;
  const place = momentaryPlace(pool, 'mount', record.id);
  await host.files.makeDirectory(place, 0o700);
  try {
    await host.mounts.bind({ source: path.path, target: place, readOnly: false });
    await unmount();
  } catch (error) {
    await detachStack(host, place);
    await host.files.remove(place);
    throw error;
  }
}
