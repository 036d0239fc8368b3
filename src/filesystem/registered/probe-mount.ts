import { isHostError } from '../../host/host-error.ts';
import type { Host } from '../../host/host.ts';
import { whyUnreadable } from '../../host/why-unreadable.ts';

/** What a mount says whose server has ended, or has lost what it serves. */
const DEAD = ['ENOTCONN', 'EIO', 'ESTALE', 'ESHUTDOWN', 'ECONNABORTED'];

/** `absent` when nothing is mounted at exactly this path, `dead` when nobody serves what is. */
export async function probeMount(host: Host, target: string): Promise<'absent' | 'alive' | 'dead'> {
  if ((await host.mounts.find(target)) === undefined) return 'absent';
  const failure = await whyUnreadable(host, target);
  if (failure === undefined) return 'alive';
  if (isHostError(failure, ...DEAD)) return 'dead';
  throw failure;
}
