import { constants } from 'node:fs';
import { openFile } from './descriptor.ts';
import { FIFREEZE, FITHAW } from './ioctl.ts';
import { ioctlNumber } from './libc.ts';
import { callLater, callUrgently, checked } from './system-call.ts';

/**
 * FIFREEZE: writes everything out and keeps writers waiting until `thaw`. It outlives the process and its descriptors,
 * so the caller must have noted durably that it is due to thaw. Throws HostError EBUSY when it is frozen already.
 */
export async function freeze(target: string): Promise<void> {
  const doing = () => `freeze the filesystem at ${target}`;
  using directory = await openFile(target, constants.O_RDONLY, doing);
  checked(await callLater(ioctlNumber, directory.fd, FIFREEZE, 0), doing);
}

/** FITHAW; one that is not frozen is fine. Never queued: calls ahead of it could be waiting for just this. */
export async function thaw(target: string): Promise<void> {
  const doing = () => `thaw the filesystem at ${target}`;
  using directory = await openFile(target, constants.O_RDONLY, doing);
  const outcome = await callUrgently(ioctlNumber, directory.fd, FITHAW, 0);
  if (outcome.code !== 'EINVAL') checked(outcome, doing);
}
