import { VolumeError } from '../domain/errors.ts';
import { isBelow } from '../domain/managed-path.ts';
import type { Host, Mount } from '../host/host.ts';
import { isHostError } from '../host/host-error.ts';
import { whyUnreadable } from '../host/why-unreadable.ts';

/**
 * Throws Unavailable when the filesystem that a path is in does not answer, as a network filesystem does whose server is
 * away: whoever looks at anything there waits, perhaps for ever, and all who wait for him. It is the mount that is asked, so
 * that what hangs holds one thread, however many volumes are in it.
 */
export async function requireAnswer(host: Pick<Host, 'files' | 'mounts'>, path: string): Promise<void> {
  const mount = mountOf(await host.mounts.list(), path);
  const failure = mount && (await whyUnreadable(host, mount.target));
  if (!isHostError(failure, 'ETIMEDOUT')) return;
  const message = `${path} cannot be looked at: ${failure.message}, or unmount it (umount -l)`;
  throw new VolumeError('Unavailable', message, { cause: failure });
}

/** The innermost; of stacked ones the last. */
function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts
    .filter(({ target }) => target === path || isBelow(path, target))
    .reduce<Mount | undefined>((best, mount) => {
      return best !== undefined && best.target.length > mount.target.length ? best : mount;
    }, undefined);
}
