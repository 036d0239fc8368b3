import { messageOf, VolumeError } from '../../domain/errors.ts';
import type { Schedule } from '../../domain/schedule.ts';
import type { Catalog, Collection } from '../catalog.ts';
import { SqliteCollection } from './collection.ts';
import { openDatabase, type Database, type DiskSync } from './database.ts';
import { groupKind, poolKind, quotaKind, scheduleKind, snapshotKind, volumeKind } from './kinds.ts';

/** Schedules are in the catalog of one machine alone: a cluster has its own kind of them. */
export interface SqliteCatalog extends Catalog {
  readonly schedules: Collection<Schedule>;
}

export interface SqliteCatalogOptions {
  /** The database file; made when it is not there, in a directory that is. */
  readonly path: string;
  readonly sync: DiskSync;
}

/**
 * The catalog in one SQLite file, for one process. Throws FailedPrecondition when another process has the file, when a
 * newer program wrote it, or it is no catalog; DataLoss when it is damaged; Unavailable when it cannot be opened. It is
 * never replaced.
 */
export async function openSqliteCatalog({ path, sync }: SqliteCatalogOptions): Promise<SqliteCatalog> {
  const database = await openDatabase(path, sync);
  try {
    return {
      volumes: new SqliteCollection(database, volumeKind),
      snapshots: new SqliteCollection(database, snapshotKind),
      groups: new SqliteCollection(database, groupKind),
      pools: new SqliteCollection(database, poolKind),
      quotas: new SqliteCollection(database, quotaKind),
      schedules: new SqliteCollection(database, scheduleKind),
      check: heartbeat(database),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** A check that writes a row, reads it back and waits until it is on disk: nothing less proves that a volume could be. */
function heartbeat(database: Database): () => Promise<void> {
  const beat = database.prepare(
    'INSERT INTO heartbeat VALUES (1, 1) ON CONFLICT DO UPDATE SET beats = beats + 1 RETURNING beats',
  );
  const feel = database.prepare('SELECT beats FROM heartbeat WHERE id = 1');
  return async () => {
    try {
      const felt = database.run(() => beat.get()?.['beats'] === feel.get()?.['beats']);
      if (!felt) throw new Error(`catalog ${database.path} does not give back what was written`);
      await database.flush();
    } catch (cause) {
      throw new VolumeError('Unavailable', messageOf(cause), { cause });
    }
  };
}
