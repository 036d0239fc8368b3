import type { Shown } from '../../../directory/shown-directories.ts';
import type { Host, PinnedPath } from '../../../host/host.ts';
import type { NodeDeps } from '../deps.ts';
import { refuseCovered } from '../refuse-covered.ts';
import { unmountAll } from '../unmount.ts';

/** Unmounts what is shown at a place; a dead one lazily. Throws FailedPrecondition when it is in use, or covered. */
export async function takeOff(
  { host, directories }: NodeDeps,
  id: string,
  path: PinnedPath,
  shown: Shown,
): Promise<void> {
  await refuseCoveredDirectory(host, path, shown);
  await unmountAll(host, path, shown.mounts.length);
  await directories.shown.tidy(id);
}

/** Throws FailedPrecondition when something else is mounted over it. */
export function refuseCoveredDirectory(host: Host, path: PinnedPath, { mounts }: Shown): Promise<void> {
  return refuseCovered(host, path, (top) => mounts.some(({ id }) => id === top.id));
}
