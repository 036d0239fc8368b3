import { basename } from 'node:path';
import { processesMarked } from './processes.ts';

/** In the environment of all that serves a mount which the driver has made: where that is. */
export const SERVER = 'TOME_MOUNT';

/** `pid 11514 (gocryptfs)` for each process that serves what the driver has mounted there; none when it is served from elsewhere. */
export function serversOf(mountPoint: string): readonly string[] {
  const servers = processesMarked(`${SERVER}=${mountPoint}`);
  // Arguments may say much, and are one's own to look at.
  return servers.map(({ pid, command }) => `pid ${pid} (${basename(command.split(' ', 1)[0] ?? '')})`);
}
