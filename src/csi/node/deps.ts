import type { Logger } from 'pino';
import type { FilesystemRegistry } from '../../filesystem/registry.ts';
import type { Host } from '../../host/host.ts';
import type { Pool } from '../../pool/pool.ts';
import type { VolumeRecord } from '../../pool/record.ts';

export interface FoundVolume {
  readonly pool: Pool;
  readonly record: VolumeRecord;
}

/** This node's pools. */
export interface NodePools {
  /**
   * Undefined when no open pool has the volume; the one of this uuid, when several have it. Throws DataLoss for a record
   * that cannot be understood, FailedPrecondition when it is not clear which is meant.
   */
  find(id: string, uuid?: string): Promise<FoundVolume | undefined>;
  /** The open ones. */
  all(): readonly Pool[];
  /** Why the others are not open, by name. */
  problems(): ReadonlyMap<string, string>;
}

/** What the node service needs: storage on this machine, and never the catalog. */
export interface NodeDeps {
  readonly nodeName: string;
  readonly pools: NodePools;
  readonly host: Host;
  readonly filesystems: FilesystemRegistry;
  /** Directories below which staging and target paths must be. */
  readonly allowedRoots: readonly string[];
  /** 0 when the orchestrator may decide. */
  readonly maxVolumesPerNode: number;
  readonly log: Logger;
}
