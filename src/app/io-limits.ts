import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Host } from '../host/host.ts';
import { IoLimiter } from '../pool/io-limiter.ts';

/** What keeps the volumes of this node to limits on their I/O. */
export function ioLimiterOf(
  { stateDir, cgroupRoot }: { readonly stateDir: string; readonly cgroupRoot: string },
  host: Host,
  log: Logger,
): IoLimiter {
  return new IoLimiter({ host, cgroupRoot, directory: join(stateDir, 'io-limits'), log });
}
