import { join } from 'node:path';
import { refuseLocked } from '../domain/delete-lock.ts';
import { VolumeError } from '../domain/errors.ts';
import { refusePopulating } from '../domain/populating.ts';
import { newStored, storedText } from '../domain/stored-json.ts';
import { refuseConverting } from './converting.ts';
import { presentSnapshot, takenFrom, type SnapshotRequest } from './create-snapshot.ts';
import { requireUnused } from './delete-volume.ts';
import { refuseDirectoryVolume } from './directory-volume.ts';
import { requireVolume } from './find.ts';
import { imageDirectory, imagePath, recordName, recordPath, requireOwnIds } from './layout.ts';
import type { Pool } from './pool.ts';
import { snapshotRecordSchema, type SnapshotRecord, type VolumeRecord } from './record.ts';
import { promiseToSnapshot } from './snapshot-promise.ts';

export interface Conversion extends SnapshotRequest {
  readonly template: string;
  readonly convertedUuid: string;
}

/**
 * Makes a volume that nobody uses the template in its place. The record is put beside the volume's own; then one rename
 * of the directory is the moment: before it there is the volume, after it the template. `leave` has the volume leave the
 * catalog just before that; when it throws the volume stays. Takes the locks. Safe to repeat, also after a crash at any
 * step. Throws as `createSnapshot`, and FailedPrecondition for a volume that is in use, locked or made anew since.
 */
export async function convertVolume(
  pool: Pool,
  conversion: Conversion,
  leave: () => Promise<void>,
): Promise<SnapshotRecord> {
  const { id, sourceVolumeId } = conversion;
  requireOwnIds({ snapshots: [id] });
  return pool.locks.runAll([id, sourceVolumeId], undefined, async () => {
    const present = await presentSnapshot(pool, conversion);
    if (present !== undefined) {
      await forgetVolumeRecord(pool, conversion);
      return present;
    }
    const source = await requireVolume(pool, sourceVolumeId);
    await requireConvertible(pool, source, conversion);
    const record = await recordBeside(pool, source, conversion);
    await leave();
    await becomeTemplate(pool, source, record);
    return record;
  });
}

/** Throws FailedPrecondition when the volume cannot become a template. Its lock must be held. */
export async function requireConvertible(
  pool: Pool,
  source: VolumeRecord,
  { convertedUuid }: { readonly convertedUuid: string },
): Promise<void> {
  const { id, uuid } = source;
  if (uuid !== convertedUuid) {
    throw new VolumeError('FailedPrecondition', `volume ${id} was deleted and made anew since: ask again`);
  }
  refuseDirectoryVolume(source, 'snapshots');
  refusePopulating(source);
  refuseLocked(`volume ${id}`, 'volume', source);
  await refuseConverting(pool, source);
  await requireUnused(pool, id);
}

/** Puts the template's record beside the image of the volume; both are on disk afterwards. Returns the record. */
export async function recordBeside(pool: Pool, source: VolumeRecord, conversion: Conversion): Promise<SnapshotRecord> {
  const image = imagePath(pool, source.id);
  const heldBytes = (await pool.host.files.stat(image))?.allocated ?? 0;
  const clonedFrom = source.source?.kind === 'template' ? source.source.id : undefined;
  const creationTime = new Date().toISOString();
  const common = { format: 1, kind: 'snapshot', ...conversion, heldBytes, clonedFrom, creationTime };
  const record = newStored(snapshotRecordSchema, { ...common, ...takenFrom(source) });
  const path = join(imageDirectory(pool, source.id), recordName(record.id));
  await Promise.all([pool.host.images.sync(image), pool.host.files.write(path, storedText(record))]);
  return record;
}

/** The rename; what the volume was promised is the template's then. */
export async function becomeTemplate(pool: Pool, source: VolumeRecord, record: SnapshotRecord): Promise<void> {
  try {
    await pool.host.files.move(imageDirectory(pool, source.id), imageDirectory(pool, record.id));
  } finally {
    // Renamed it may be when the fsync after that has failed.
    if ((await pool.host.files.stat(recordPath(pool, record.id))) !== undefined) takeOverPromise(pool, record);
  }
  await forgetVolumeRecord(pool, record);
}

/** What the volume was promised is its template's now. Safe to repeat, also where there is a new volume of its name. */
export function takeOverPromise(pool: Pool, record: SnapshotRecord): void {
  const { sourceVolumeId, convertedUuid } = record;
  if (pool.ledger.get(sourceVolumeId)?.uuid === convertedUuid) pool.ledger.release(sourceVolumeId);
  pool.ledger.put(promiseToSnapshot(record));
}

/** The volume's own record says nothing any more, and harms nobody where a crash has left it. */
async function forgetVolumeRecord(
  pool: Pool,
  { id, sourceVolumeId }: Pick<SnapshotRecord, 'id' | 'sourceVolumeId'>,
): Promise<void> {
  await pool.host.files.remove(join(imageDirectory(pool, id), recordName(sourceVolumeId)));
}
