import { allocatedBelow, promiseTo } from './directory-volume.ts';
import { findSnapshot, findVolume } from './find.ts';
import { inParallel } from './in-parallel.ts';
import { dataPath, imagePath, isVolumeId, within } from './layout.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Pool } from './pool.ts';
import type { VolumeRecord } from './record.ts';
import { promiseToSnapshot } from './snapshot-promise.ts';

const AT_A_TIME = 16;

export interface Scan {
  /** What each image counts for. */
  readonly entries: readonly LedgerEntry[];
  /** Bytes on disk of these images; what several share is counted for each. */
  readonly allocated: number;
  /** Bytes on disk of images whose record cannot be read. */
  readonly unreadable: number;
}

/**
 * Reads every record once. What has none that can be read is reported and left where it is: it may be somebody's data.
 */
export async function scanImages(pool: Pick<Pool, 'path' | 'host' | 'log'>): Promise<Scan> {
  const found = [
    ...(await inParallel(await pool.host.files.list(within(pool, 'volumes')), AT_A_TIME, (id) => lookAt(pool, id))),
    ...(await inParallel(await pool.host.files.list(within(pool, 'snapshots')), AT_A_TIME, (id) => lookAt(pool, id))),
  ];
  return {
    entries: found.flatMap(({ entry }) => entry ?? []),
    allocated: found.reduce((sum, { entry, allocated }) => sum + (entry === undefined ? 0 : allocated), 0),
    unreadable: found.reduce((sum, { entry, allocated }) => sum + (entry === undefined ? allocated : 0), 0),
  };
}

async function lookAt(
  pool: Pick<Pool, 'path' | 'host' | 'log'>,
  id: string,
): Promise<{ entry: LedgerEntry | undefined; allocated: number }> {
  try {
    const [record, image] = await Promise.all([
      isVolumeId(id) ? findVolume(pool, id) : findSnapshot(pool, id),
      pool.host.files.stat(imagePath(pool, id)),
    ]);
    const allocated = image?.allocated ?? 0;
    if (record === undefined) return { entry: undefined, allocated };
    if (record.kind === 'volume' && record.directory !== undefined) return await lookAtDirectory(pool, record);
    if (record.kind === 'snapshot') return { entry: promiseToSnapshot(record), allocated };
    // A volume whose growth was interrupted counts as large as its image is already.
    const bytes = Math.max(record.size, image?.size ?? 0);
    return { entry: { ...promiseTo(record), bytes, ...(record.ephemeral && { ephemeral: true }) }, allocated };
  } catch (error) {
    pool.log.warn({ id, err: error }, 'not a volume or snapshot that can be read; it is kept');
    return { entry: undefined, allocated: 0 };
  }
}

/** What was written there is counted by looking at every file: no filesystem tells it of a directory. */
async function lookAtDirectory(
  pool: Pick<Pool, 'path' | 'host'>,
  record: VolumeRecord,
): Promise<{ entry: LedgerEntry; allocated: number }> {
  const allocated = await allocatedBelow(pool.host.files, dataPath(pool, record.id));
  return { entry: promiseTo(record), allocated };
}
