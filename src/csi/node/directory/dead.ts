import { isDead } from '../../../pool/directory-health.ts';
import { probeMount } from '../../../pool/probe-mount.ts';
import type { Host, PinnedPath } from '../../../host/host.ts';

/** Whether what is mounted there is a filesystem whose server has ended: it stays so until it is unmounted. */
export async function isDeadAt(host: Host, { resolved }: PinnedPath): Promise<boolean> {
  return isDead(await probeMount(host, resolved));
}
