import { constants, readFileSync } from 'node:fs';
import { openFile, type Descriptor } from './descriptor.ts';
import { systemError } from './errno.ts';
import { FIFREEZE, FITHAW } from './ioctl.ts';
import { ioctlNumber } from './libc.ts';
import { findMount } from './mountinfo.ts';
import { callLater, callUrgently, checked } from './system-call.ts';

/**
 * FIFREEZE: writes everything out and keeps writers waiting until `thaw`. It outlives the process and its descriptors,
 * so the caller must have noted durably that it is due to thaw. Throws HostError EBUSY when it is frozen already, EINVAL
 * when nothing is mounted at just this path: what would freeze then is the host's own filesystem.
 */
export async function freeze(target: string): Promise<void> {
  const doing = () => `freeze the filesystem at ${target}`;
  using directory = await openFile(target, constants.O_RDONLY | constants.O_DIRECTORY, doing);
  if (!isMountedAt(directory, target)) throw systemError('EINVAL', `${doing()}: nothing is mounted there`);
  checked(await callLater(ioctlNumber, directory.fd, FIFREEZE, 0), doing);
}

/**
 * FITHAW; one that is not frozen, or not mounted here, is fine. Never queued: calls ahead of it could be waiting for
 * just this.
 */
export async function thaw(target: string): Promise<void> {
  const doing = () => `thaw the filesystem at ${target}`;
  using directory = await openFile(target, constants.O_RDONLY | constants.O_DIRECTORY, doing);
  if (!isMountedAt(directory, target)) return;
  const outcome = await callUrgently(ioctlNumber, directory.fd, FITHAW, 0);
  if (outcome.code !== 'EINVAL') checked(outcome, doing);
}

/** Whether the open directory is in the mount at `target`, by the mount's id: the path alone may mean another by now. */
function isMountedAt({ fd }: Descriptor, target: string): boolean {
  const id = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
  return findMount(target)?.id === Number(id);
}
