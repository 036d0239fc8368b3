import type { Shown } from '../../../directory/shown-directories.ts';
import { VolumeError } from '../../../domain/errors.ts';
import type { Host, PinnedPath } from '../../../host/host.ts';
import type { NodeDeps } from '../deps.ts';
import { unmountAll } from '../unmount.ts';

/** Unmounts what is shown at a place; a dead one lazily. Throws FailedPrecondition when it is in use, or covered. */
export async function takeOff(
  { host, directories }: NodeDeps,
  id: string,
  path: PinnedPath,
  shown: Shown,
): Promise<void> {
  await refuseCovered(host, path, shown);
  await unmountAll(host, path, shown.mounts.length);
  await directories.shown.tidy(id);
}

/** What would be unmounted, or shown, is what is on top. */
export async function refuseCovered(host: Host, { resolved }: PinnedPath, { mounts }: Shown): Promise<void> {
  const top = await host.mounts.find(resolved);
  if (top === undefined || mounts.some(({ id }) => id === top.id)) return;
  const message = `${top.source} (${top.fsType}) is mounted over the volume at ${resolved}: unmount it first`;
  throw new VolumeError('FailedPrecondition', message);
}
