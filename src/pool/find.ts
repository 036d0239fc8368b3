import type { z } from 'zod';
import { VolumeError } from '../domain/errors.ts';
import { notUnderstood, parseStored } from '../domain/stored-json.ts';
import { inParallel } from './in-parallel.ts';
import { imageDirectory, isSnapshotId, isVolumeId, recordPath } from './layout.ts';
import type { Pool } from './pool.ts';
import { requirePresent } from './presence.ts';
import { snapshotRecordSchema, volumeRecordSchema } from './record.ts';
import type { SnapshotRecord, VolumeRecord } from './record.ts';

type Where = Pick<Pool, 'path' | 'host'>;

/**
 * The volume's record; undefined when the pool has no such volume, or the id is not of our making. Throws DataLoss when
 * there is something that cannot be read, FailedPrecondition when a newer version wrote it.
 */
export async function findVolume(pool: Where, id: string): Promise<VolumeRecord | undefined> {
  return isVolumeId(id) ? findRecord(pool, id, volumeRecordSchema) : undefined;
}

/** As `findVolume`, for a snapshot. */
export async function findSnapshot(pool: Where, id: string): Promise<SnapshotRecord | undefined> {
  return isSnapshotId(id) ? findRecord(pool, id, snapshotRecordSchema) : undefined;
}

/** As `findVolume`, but throws NotFound when there is none, Unavailable when the pool's disk is gone. */
export async function requireVolume(pool: Pool, id: string): Promise<VolumeRecord> {
  const record = await findVolume(pool, id);
  if (record !== undefined) return record;
  await requirePresent(pool);
  throw new VolumeError('NotFound', `pool ${pool.name} has no volume ${id}`);
}

/** As `findSnapshot`, but throws NotFound when there is none. */
export async function requireSnapshot(pool: Pool, id: string): Promise<SnapshotRecord> {
  const record = await findSnapshot(pool, id);
  if (record !== undefined) return record;
  await requirePresent(pool);
  throw new VolumeError('NotFound', `pool ${pool.name} has no snapshot ${id}`);
}

/** All that the pool holds. Reads every record: not for the way of a request. */
export async function listRecords(
  pool: Pool,
): Promise<{ volumes: readonly VolumeRecord[]; snapshots: readonly SnapshotRecord[] }> {
  const ids = [...pool.ledger.entries()].map(({ id }) => id);
  const volumes = await inParallel(ids.filter(isVolumeId), 8, (id) => findVolume(pool, id));
  const snapshots = await inParallel(ids.filter(isSnapshotId), 8, (id) => findSnapshot(pool, id));
  // One may have been deleted since.
  return {
    volumes: volumes.filter((record) => record !== undefined),
    snapshots: snapshots.filter((record) => record !== undefined),
  };
}

async function findRecord<R extends VolumeRecord | SnapshotRecord>(
  pool: Where,
  id: string,
  schema: z.ZodType<R>,
): Promise<R | undefined> {
  const directory = imageDirectory(pool, id);
  const path = recordPath(pool, id);
  const text = await pool.host.files.read(path);
  if (text === undefined) {
    if ((await pool.host.files.stat(directory)) === undefined) return undefined;
    throw new VolumeError('DataLoss', `${path} is missing; what else is in ${directory} is kept`);
  }
  const record = parseStored(text, schema, path);
  if (record.id !== id) throw notUnderstood(path, `it is the record of ${record.id}`);
  return record;
}
