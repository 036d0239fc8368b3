import { VolumeError } from '../../../domain/errors.ts';
import { saysServerEnded } from '../../../host/corrupt-mount.ts';
import { isHostError } from '../../../host/host-error.ts';
import type { Host, PinnedPath } from '../../../host/host.ts';
import { whyUnreadable } from '../../../host/why-unreadable.ts';

/**
 * Whether what is mounted there is a filesystem whose server has ended: it stays so until it is unmounted. Throws Unavailable
 * when that does not answer, since any further look would wait for it.
 */
export async function isDeadAt(host: Host, { resolved }: PinnedPath): Promise<boolean> {
  const failure = await whyUnreadable(host, resolved);
  if (!isHostError(failure, 'ETIMEDOUT')) return saysServerEnded(failure);
  const message = `what is shown there cannot be used: ${failure.message}`;
  throw new VolumeError('Unavailable', message, { cause: failure });
}
