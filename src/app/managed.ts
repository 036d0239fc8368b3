import { join } from 'node:path';
import type { Logger } from 'pino';
import { ShownDirectories } from '../directory/shown-directories.ts';
import type { ManagedRoot } from '../domain/pool.ts';
import type { Host } from '../host/host.ts';
import { openManagedPlace, type ManagedPlace } from '../managed/managed-place.ts';
import { KeyedQueue } from '../pool/keyed-queue.ts';

interface ManagedConfig {
  readonly stateDir: string;
  /** Undefined where there are no other nodes. */
  readonly nodeName: string | undefined;
  readonly managedRoots: readonly ManagedRoot[];
}

/** What this node shows of directory volumes; its notes are below the state directory. */
export function shownDirectories({ stateDir }: Pick<ManagedConfig, 'stateDir'>, host: Host): ShownDirectories {
  return new ShownDirectories(join(stateDir, 'shown'), host);
}

/** This node's managed volumes, with a queue of their own for each volume. */
export function openManaged(
  config: ManagedConfig,
  shown: ShownDirectories,
  host: Host,
  log: Logger,
): Promise<ManagedPlace> {
  const directory = join(config.stateDir, 'managed');
  const { nodeName, managedRoots: roots } = config;
  return openManagedPlace({ host, log, nodeName, directory, roots, locks: new KeyedQueue(), shown });
}
