import { saysServerEnded } from '../../../host/corrupt-mount.ts';
import { whyUnreadable } from '../../../host/why-unreadable.ts';
import type { Host, PinnedPath } from '../../../host/host.ts';

/** Whether what is mounted there is a filesystem whose server has ended: it stays so until it is unmounted. */
export async function isDeadAt(host: Host, { resolved }: PinnedPath): Promise<boolean> {
  return saysServerEnded(await whyUnreadable(host, resolved));
}
