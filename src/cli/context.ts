import type { Driver } from './client.ts';
import type { Ids } from './ids.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly driver: Driver;
  readonly ids: Ids;
  /** The absolute path of the driver's socket. */
  readonly socket: string;
}
