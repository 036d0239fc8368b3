import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { storedText } from '../domain/stored-json.ts';
import { isHostError } from '../host/host-error.ts';
import { imageDirectory, recordName, within } from './layout.ts';
import type { Pool } from './pool.ts';
import type { SnapshotRecord, VolumeRecord } from './record.ts';

/**
 * Makes an image, or a directory for data, and its record in the staging folder and shows them under their final name by
 * one rename: durable when it returns, and nothing is left of it when it throws. `build` makes the image at the path it
 * gets, or the directory for data beside it, and returns the record.
 */
export async function buildAside<R extends VolumeRecord | SnapshotRecord>(
  pool: Pool,
  id: string,
  build: (image: string) => Promise<R>,
): Promise<R> {
  // Never a name that was used before: what a failed clean-up has left is nobody's obstacle.
  const directory = within(pool, 'staging', `${id}.${randomUUID()}`);
  try {
    await pool.host.files.makeDirectory(directory, 0o700);
    const record = await build(join(directory, 'image'));
    await completeStaged(pool, directory, record);
    await show(pool, directory, id);
    return record;
  } catch (error) {
    await abandon(pool, directory);
    throw error;
  }
}

/** Adds the record to what is staged; both, and their names, are on disk afterwards. */
export async function completeStaged(
  pool: Pool,
  directory: string,
  record: VolumeRecord | SnapshotRecord,
): Promise<void> {
  const content = contentOf(record);
  // At once: the filesystem writes its log for the two of them together.
  await Promise.all([
    content === undefined ? undefined : pool.host.files.sync(join(directory, content)),
    pool.host.files.write(join(directory, recordName(record.id)), storedText(record)),
  ]);
}

/** What stands beside the record. */
function contentOf(record: VolumeRecord | SnapshotRecord): 'image' | 'data' | undefined {
  if (record.kind === 'snapshot' || record.directory === undefined) return 'image';
  return record.directory.stores === 'pool' ? 'data' : undefined;
}

/** Removes what an attempt has left in the staging folder. Never throws: why the attempt ended matters more. */
export async function abandon(pool: Pool, directory: string): Promise<void> {
  try {
    await pool.host.files.removeTree(directory);
  } catch (error) {
    pool.log.error({ directory, err: error }, 'staging directory could not be removed, the next start does it');
  }
}

async function show(pool: Pool, directory: string, id: string): Promise<void> {
  const target = imageDirectory(pool, id);
  try {
    await pool.host.files.move(directory, target);
  } catch (error) {
    if (!isHostError(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
    throw new VolumeError('DataLoss', `${target} is there, but without a record that can be read; it is kept`);
  }
}
