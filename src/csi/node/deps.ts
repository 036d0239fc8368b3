import type { Logger } from 'pino';
import type { FilesystemRegistry } from '../../filesystem/registry.ts';
import type { Host } from '../../host/host.ts';
import type { PoolSet } from '../../pool/pool-set.ts';
import type { DirectoryDeps } from './directory/deps.ts';

/** What the node service needs: storage on this machine, and never the catalog. */
export interface NodeDeps {
  readonly nodeName: string;
  readonly pools: Pick<PoolSet, 'find' | 'all' | 'problems'>;
  readonly host: Host;
  readonly directories: DirectoryDeps;
  readonly filesystems: FilesystemRegistry;
  /** Directories below which staging and target paths must be. */
  readonly allowedRoots: readonly string[];
  /** 0 when the orchestrator may decide. */
  readonly maxVolumesPerNode: number;
  /** Volumes that pods ask for inline: whether there are new ones, and how many bytes one may have at most. */
  readonly ephemeral: { readonly enabled: boolean; readonly maximumSize: number };
  /**
   * Told after each call that may have changed how a volume is used here, also one that failed in the middle; its lock is
   * free then, and the call not yet answered. Must neither throw nor block.
   */
  readonly onUsageChanged?: (volumeId: string) => void;
  /** Told when something is seen of a volume that is well no more, or is so again. Must neither throw nor block. */
  readonly onHealthChanged?: (volumeId: string) => void;
  readonly log: Logger;
}
