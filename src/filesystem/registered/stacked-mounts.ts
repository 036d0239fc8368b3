import { VolumeError } from '../../domain/errors.ts';
import { isHostError } from '../../host/host-error.ts';
import type { Host } from '../../host/host.ts';

/** Unmounts all that is mounted at this path, one by one. Throws FailedPrecondition when it is in use. */
export async function unmountStack({ mounts }: Pick<Host, 'mounts'>, target: string): Promise<void> {
  try {
    while ((await mounts.find(target)) !== undefined) await mounts.unmount(target);
  } catch (error) {
    if (!isHostError(error, 'EBUSY')) throw error;
    const message = `${target} is in use: end the processes that have files open in it, then try again`;
    throw new VolumeError('FailedPrecondition', message, { cause: error });
  }
}

/** Takes away, without asking whoever serves them, all mounts at this path. */
export async function detachStack({ mounts }: Pick<Host, 'mounts'>, target: string): Promise<void> {
  while ((await mounts.find(target)) !== undefined) await mounts.unmount(target, { lazy: true });
}
