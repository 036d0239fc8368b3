import type { DatabaseSync } from 'node:sqlite';
import { VolumeError } from '../../domain/errors.ts';

/** "tome": says of an SQLite file whose it is. */
const APPLICATION_ID = 0x746f6d65;

/**
 * Each leads from the version before it to the next; `user_version` counts those that ran. The columns that lists are
 * narrowed by are generated from the spec, so that they cannot disagree with it. WITHOUT ROWID keeps the rows in the
 * order of their ids: a page of a list is then read in half the time.
 */
const MIGRATIONS = [
  `
  CREATE TABLE volumes (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, spec TEXT NOT NULL, status TEXT NOT NULL,
    pool TEXT AS (spec ->> 'pool')
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX volumes_pool ON volumes (pool);

  CREATE TABLE snapshots (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, spec TEXT NOT NULL, status TEXT NOT NULL,
    pool TEXT AS (spec ->> 'pool'),
    source_volume_id TEXT AS (spec ->> 'sourceVolumeId'),
    group_id TEXT AS (spec ->> 'groupId')
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX snapshots_pool ON snapshots (pool);
  CREATE INDEX snapshots_source_volume_id ON snapshots (source_volume_id);
  CREATE INDEX snapshots_group_id ON snapshots (group_id) WHERE group_id IS NOT NULL;

  CREATE TABLE groups (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, spec TEXT NOT NULL, status TEXT NOT NULL,
    pool TEXT AS (spec ->> 'pool')
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX groups_pool ON groups (pool);

  CREATE TABLE pools (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, spec TEXT NOT NULL, status TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE heartbeat (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL) STRICT;
  `,
  // A volume can have several attachments, so they have a table, which triggers keep as the spec says.
  `
  CREATE TABLE attachments (
    volume_id TEXT NOT NULL, node_name TEXT NOT NULL, PRIMARY KEY (volume_id, node_name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attachments_node_name ON attachments (node_name);
  INSERT OR IGNORE INTO attachments
    SELECT volumes.id, value ->> 'nodeName' FROM volumes, json_each(spec, '$.attachments');

  CREATE TRIGGER volumes_insert AFTER INSERT ON volumes WHEN new.spec ->> 'attachments' <> '[]' BEGIN
    INSERT OR IGNORE INTO attachments
      SELECT new.id, value ->> 'nodeName' FROM json_each(new.spec, '$.attachments');
  END;
  CREATE TRIGGER volumes_update AFTER UPDATE OF spec ON volumes
  WHEN new.spec ->> 'attachments' IS NOT old.spec ->> 'attachments' BEGIN
    DELETE FROM attachments WHERE volume_id = old.id;
    INSERT OR IGNORE INTO attachments
      SELECT new.id, value ->> 'nodeName' FROM json_each(new.spec, '$.attachments');
  END;
  CREATE TRIGGER volumes_delete AFTER DELETE ON volumes WHEN old.spec ->> 'attachments' <> '[]' BEGIN
    DELETE FROM attachments WHERE volume_id = old.id;
  END;
  `,
  `
  CREATE TABLE schedules (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, spec TEXT NOT NULL, status TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE quotas (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, spec TEXT NOT NULL, status TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Brings the tables to the version this program knows. Throws FailedPrecondition, without having written anything,
 * for a database that is newer or belongs to another program, and DataLoss for one whose pages are damaged. A crash
 * in between leaves the version before: each migration is one transaction.
 */
export function migrate(db: DatabaseSync, path: string): void {
  const version = pragma(db, 'user_version');
  if (pragma(db, 'application_id') !== APPLICATION_ID && !isEmpty(db)) {
    throw new VolumeError('FailedPrecondition', `${path} is another program's database: name another file`);
  }
  if (version > MIGRATIONS.length) {
    throw new VolumeError(
      'FailedPrecondition',
      `catalog ${path} has schema version ${version}, this program knows up to ${MIGRATIONS.length}: run a newer tome`,
    );
  }
  checkPages(db, path);

  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    db.exec(`BEGIN; ${sql} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/** About 10 ms for 5,000 volumes: damage is found before a decision is based on it. */
function checkPages(db: DatabaseSync, path: string): void {
  const result = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (result !== 'ok') {
    const detail = String(result);
    throw new VolumeError('DataLoss', `catalog ${path} is damaged and was left as it is: restore it (${detail})`);
  }
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function isEmpty(db: DatabaseSync): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}
