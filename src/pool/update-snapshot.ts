import { newStored, storedText } from '../domain/stored-json.ts';
import { requireSnapshot } from './find.ts';
import { recordPath } from './layout.ts';
import type { Pool } from './pool.ts';
import { snapshotRecordSchema, type SnapshotRecord } from './record.ts';

/**
 * Writes down what people have changed of a snapshot or template; durable when it returns. Its image never changes. Takes
 * the lock. Safe to repeat. Throws NotFound.
 */
export async function updateSnapshot(
  pool: Pool,
  id: string,
  { deleteLock, tags }: Pick<SnapshotRecord, 'deleteLock' | 'tags'>,
): Promise<SnapshotRecord> {
  return pool.locks.run(id, undefined, async () => {
    const record = await requireSnapshot(pool, id);
    const next = newStored(snapshotRecordSchema, { ...record, deleteLock, tags });
    if (storedText(next) !== storedText(record)) await pool.host.files.replace(recordPath(pool, id), storedText(next));
    return next;
  });
}
