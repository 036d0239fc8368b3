import { constants } from 'node:fs';
import { openFile, type Descriptor } from './descriptor.ts';
import { systemError } from './errno.ts';
import { FIFREEZE, FITHAW } from './ioctl.ts';
import { ioctlNumber } from './libc.ts';
import { findMount, mountIdOf } from './mountinfo.ts';
import { syncFilesystem } from './sync.ts';
import { callLater, callUrgently, checked } from './system-call.ts';

/**
 * By the path they were frozen at. Open until they are thawed: so the mount cannot go meanwhile, and what is thawed is what
 * was frozen, whatever has been mounted over it since.
 */
const frozen = new Map<string, Descriptor>();

/**
 * syncfs(2) of the filesystem at this path, which holds up no writer as a freeze does. One that a program serves (FUSE)
 * cannot be frozen, and may never answer: nothing is done. Throws HostError.
 */
export async function writeOut(target: string): Promise<void> {
  if (findMount(target)?.fsType.startsWith('fuse') === true) return;
  await syncFilesystem(target);
}

/**
 * FIFREEZE: writes everything out and keeps writers waiting until `thaw`. It outlives the process and its descriptors,
 * so the caller must have noted durably that it is due to thaw. Throws HostError EBUSY when it is frozen already, EINVAL
 * when nothing is mounted at just this path: what would freeze then is the host's own filesystem.
 */
export async function freeze(target: string): Promise<void> {
  const doing = () => `freeze the filesystem at ${target}`;
  const directory = await openFile(target, constants.O_RDONLY | constants.O_DIRECTORY, doing);
  try {
    if (!isMountedAt(directory, target)) throw systemError('EINVAL', `${doing()}: nothing is mounted there`);
    checked(await callLater(ioctlNumber, directory.fd, FIFREEZE, 0), doing);
  } catch (error) {
    directory.close();
    throw error;
  }
  frozen.set(target, directory);
}

/**
 * FITHAW; one that is not frozen, or not mounted here, is fine. Never queued: calls ahead of it could be waiting for
 * just this.
 */
export async function thaw(target: string): Promise<void> {
  const doing = () => `thaw the filesystem at ${target}`;
  const own = frozen.get(target);
  frozen.delete(target);
  using directory = own ?? (await openFile(target, constants.O_RDONLY | constants.O_DIRECTORY, doing));
  if (own === undefined && !isMountedAt(directory, target)) return;
  const outcome = await callUrgently(ioctlNumber, directory.fd, FITHAW, 0);
  if (outcome.code !== 'EINVAL') checked(outcome, doing);
}

/** Whether the open directory is in the mount at `target`, by the mount's id: the path alone may mean another by now. */
function isMountedAt(directory: Descriptor, target: string): boolean {
  return findMount(target)?.id === mountIdOf(directory);
}
