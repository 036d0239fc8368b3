import { VolumeError } from '../../domain/errors.ts';
import type { Host, Mount, PinnedPath } from '../../host/host.ts';

/** What would be unmounted, or shown, is what is on top: throws FailedPrecondition when that is not of the volume. */
export async function refuseCovered(
  host: Host,
  { resolved }: PinnedPath,
  isOfVolume: (top: Mount) => boolean,
): Promise<void> {
  const top = await host.mounts.find(resolved);
  if (top === undefined || isOfVolume(top)) return;
  const message = `${top.source} (${top.fsType}) is mounted over the volume at ${resolved}: unmount it first`;
  throw new VolumeError('FailedPrecondition', message);
}
