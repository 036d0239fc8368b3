import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { messageOf, VolumeError } from '../../domain/errors.ts';
import { GroupSync } from './group-sync.ts';
import { migrate } from './schema.ts';
import { explainSqliteError } from './sqlite-error.ts';

/** How bytes get to disk, off the main thread; the host layer's `files` is one. */
export interface DiskSync {
  /** fsync of a file or directory. */
  sync(path: string): Promise<void>;
  /** fdatasync of an open file. */
  syncDescriptor(fd: number): Promise<void>;
}

/**
 * The open database file. In WAL mode with `synchronous = NORMAL` a commit only writes to the log; `flush` puts the
 * log on disk. SQLite itself syncs what order needs: the log before a checkpoint, the database after it, the log's
 * header when it starts over (sqlite.org/wal.html, sqlite.org/pragma.html#pragma_synchronous).
 */
export class Database {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #logDescriptor: number;
  readonly #disk: GroupSync;
  #open = true;

  constructor(db: DatabaseSync, path: string, disk: DiskSync) {
    this.path = path;
    this.#db = db;
    // Held open: a descriptor that is there when writing back fails is told of it, a later one may not be. This must
    // never be done with the database itself, whose POSIX locks go with the first close in this process.
    this.#logDescriptor = openSync(`${path}-wal`, 'r');
    this.#disk = new GroupSync(() => syncLog(disk, this.#logDescriptor, path));
  }

  prepare(sql: string): StatementSync {
    return this.run(() => this.#db.prepare(sql));
  }

  /** Runs statements now; SQLite's errors come out as VolumeErrors that name the file. */
  run<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explainSqliteError(error, this.path);
    }
  }

  /** Resolves when all that was committed before this call is on disk. Throws Unavailable; then for ever. */
  flush(): Promise<void> {
    return this.#disk.flush();
  }

  /** Resolves when the flushes that were asked for are done. */
  settled(): Promise<void> {
    return this.#disk.settled();
  }

  /** Waits for the flushes, then closes; again is fine. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    // A flush that failed was told to those who wrote.
    await Promise.allSettled([this.settled()]);
    this.#db.close();
    closeSync(this.#logDescriptor);
  }
}

/**
 * Opens or makes the database and claims it for this process. What an earlier process had committed but not synced is
 * on disk when this returns. Throws FailedPrecondition when another process has it, and what `migrate` throws.
 */
export async function openDatabase(path: string, disk: DiskSync): Promise<Database> {
  const database = claim(path, disk);
  try {
    await database.flush();
    // The names of the database and its log, which may be new.
    await disk.sync(dirname(path));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function claim(path: string, disk: DiskSync): Database {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    // The lock is taken by the first transaction and then kept, so that readers of other processes are out as well.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    migrate(db, path);
    return new Database(db, path, disk);
  } catch (error) {
    db?.close();
    throw explainSqliteError(error, path);
  }
}

async function syncLog(disk: DiskSync, logDescriptor: number, path: string): Promise<void> {
  try {
    await disk.syncDescriptor(logDescriptor);
  } catch (cause) {
    const message = `catalog ${path} could not be put on disk: restart when the disk is well (${messageOf(cause)})`;
    throw new VolumeError('Unavailable', message, { cause });
  }
}
