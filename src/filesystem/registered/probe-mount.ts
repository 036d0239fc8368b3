import { saysCorrupt } from '../../host/corrupt-mount.ts';
import type { Host } from '../../host/host.ts';
import { whyUnreadable } from '../../host/why-unreadable.ts';

/** `absent` when nothing is mounted at exactly this path, `dead` when nobody serves what is. */
export async function probeMount(host: Host, target: string): Promise<'absent' | 'alive' | 'dead'> {
  if ((await host.mounts.find(target)) === undefined) return 'absent';
  const failure = await whyUnreadable(host, target);
  if (failure === undefined) return 'alive';
  if (saysCorrupt(failure)) return 'dead';
  throw failure;
}
