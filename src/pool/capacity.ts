import { setTimeout as delay } from 'node:timers/promises';
import { VolumeError } from '../domain/errors.ts';
import { MiB } from '../domain/sizes.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Pool } from './pool.ts';

export interface PoolCapacity {
  /** Bytes that may be promised in all. */
  readonly capacity: number;
  readonly promised: number;
  /** Bytes in use on the pool's filesystem, by whomever. */
  readonly used: number;
  /** Bytes a new volume may have at most. */
  readonly available: number;
}

/**
 * Kept free for what the pool's filesystem needs beside the data: records, directories and, above all, the extent maps
 * of images that are written at random (16 bytes for a block of 4 KiB, in tree blocks that may be half full).
 */
const METADATA_SHARE = 0.01;
const METADATA_LEAST = 64 * MiB;

/** XFS gives the blocks of a removed file back a little later, in the background (inodegc). */
const PAUSES_MS = [2, 10, 50, 200];

/** How much may be promised, is promised, is used, and is left, in bytes. */
export async function poolCapacity(pool: Pool): Promise<PoolCapacity> {
  const used = await refreshLimits(pool);
  const { capacity, promised, available } = pool.ledger;
  return { capacity, promised, used, available };
}

/**
 * Promises room to a volume or snapshot, in place of what it had. Drops the blanks when that makes the room. Throws
 * ResourceExhausted, and then nothing has changed.
 */
export async function promiseRoom(pool: Pool, entry: LedgerEntry): Promise<void> {
  // In a filesystem of its own nobody else takes room: what was found at the start holds.
  if (pool.settings.backing === undefined) await refreshLimits(pool);
  try {
    pool.ledger.promise(entry);
  } catch (error) {
    if (!(error instanceof VolumeError) || error.reason !== 'ResourceExhausted') throw error;
    await Promise.all([pool.blanks.dropAll(), pool.trash.settled()]);
    await refreshLimits(pool);
    for (const pause of PAUSES_MS) {
      if (!pool.ledger.lacksOnlyRoom(entry)) break;
      await delay(pause);
      await refreshLimits(pool);
    }
    pool.ledger.promise(entry);
  }
}

function keptForMetadata(totalBytes: number): number {
  return Math.max(METADATA_LEAST, Math.ceil(totalBytes * METADATA_SHARE));
}

/** Asks the filesystem anew: it may have grown, or others may have filled it. Returns the bytes in use. */
async function refreshLimits(pool: Pool): Promise<number> {
  const { settings, ledger } = pool;
  const { totalBytes, freeBytes, availableBytes } = await pool.host.files.usage(pool.path);
  // Others may have removed since the start what they had then.
  const foreignBytes = Math.min(pool.foreignBytes, totalBytes - freeBytes);
  const kept = keptForMetadata(totalBytes) + settings.reserveBytes;
  const capacity = Math.max(0, Math.floor((totalBytes - foreignBytes - kept) * settings.overcommit));
  // In a filesystem of its own, the promises say it all. Elsewhere others may have taken what was free at the start.
  const isShared = settings.backing === undefined && settings.overcommit <= 1;
  // Metadata is not kept back twice: some of it is written already.
  ledger.setLimits({ capacity, room: isShared ? Math.max(0, availableBytes - settings.reserveBytes) : Infinity });
  return totalBytes - freeBytes;
}
