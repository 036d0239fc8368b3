import type { Logger } from 'pino';
import type { Mounter } from '../filesystem/registered/mounter.ts';
import type { FilesystemRegistry } from '../filesystem/registry.ts';
import type { Host } from '../host/host.ts';
import type { Blanks } from './blanks.ts';
import type { IoLimiter } from './io-limiter.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import type { Ledger } from './ledger.ts';
import type { Trash } from './trash.ts';

export interface PoolSettings {
  readonly name: string;
  /** The pool's directory. With `backing`, the mount point of its filesystem. */
  readonly path: string;
  /**
   * The pool is an XFS filesystem of its own in this file; preallocated unless `thin`. `size` in bytes, without it half of
   * what the disk has free when the file is made. A larger one than the file has makes that grow at the next start.
   */
  readonly backing?: { readonly file: string; readonly size?: number; readonly thin: boolean };
  /** Bytes the operator keeps back for the host. */
  readonly reserveBytes: number;
  /** How many times over the room may be promised; 1 unless chosen. */
  readonly overcommit: number;
  /** Bounds for one volume, in bytes. */
  readonly minimumVolumeSize: number;
  readonly maximumVolumeSize: number;
  /** Set once this node has seen the pool: then it is never initialised again. */
  readonly knownUuid?: string;
  /** How long to wait for another driver to let go of the pool, as during an upgrade. */
  readonly lockWaitMs: number;
}

/**
 * An open pool. `locks` is shared by all who work on its volumes in this process; the functions that create, change or
 * delete take the locks themselves, those that only look (find, usage, health, attach) do not.
 */
export interface Pool {
  readonly name: string;
  readonly path: string;
  readonly uuid: string;
  /** Copies are constant in time (FICLONE). */
  readonly reflink: boolean;
  /** Bytes of the pool's filesystem that are not its own: files of others, and the filesystem's fixed metadata. */
  readonly foreignBytes: number;
  readonly settings: PoolSettings;
  readonly host: Host;
  readonly filesystems: FilesystemRegistry;
  /** Where this node mounts volumes of registered filesystems of kind `directory`, each at its id. */
  readonly mountsDirectory: string;
  /** What mounts them. */
  readonly mounter: Mounter;
  readonly log: Logger;
  readonly ledger: Ledger;
  readonly locks: KeyedQueue;
  readonly blanks: Blanks;
  readonly trash: Trash;
  /** Of all pools of the node. */
  readonly ioLimiter: IoLimiter;
  /**
   * Waits for the trash and gives the pool up. A backing filesystem is unmounted unless something in it is in use: then
   * it stays, and the next start finds it.
   */
  close(): Promise<void>;
}
