import { VolumeError } from '../domain/errors.ts';
import { refusePopulating } from '../domain/populating.ts';
import { ownerOf } from '../domain/quota.ts';
import { newStored } from '../domain/stored-json.ts';
import { buildAside } from './build-aside.ts';
import { promiseRoom } from './capacity.ts';
import { copyImage, type CopyImageOptions } from './copy-image.ts';
import { refuseDirectoryVolume } from './directory-volume.ts';
import { findSnapshot, requireSnapshot, requireVolume } from './find.ts';
import { cutVolumes } from './freeze.ts';
import { imagePath, requireOwnIds } from './layout.ts';
import type { Pool } from './pool.ts';
import { snapshotRecordSchema, type SnapshotRecord, type VolumeRecord } from './record.ts';
import { promiseToSnapshot } from './snapshot-promise.ts';

export interface SnapshotRequest extends Pick<SnapshotRecord, 'deleteLock' | 'tags' | 'template' | 'sourceSnapshotId'> {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly sourceVolumeId: string;
}

/**
 * Cuts a snapshot of a volume, frozen for that moment when it is mounted; with `sourceSnapshotId` it is a copy of that. Takes the locks. Safe to repeat: one with the
 * same uuid is returned as it is. Throws AlreadyExists when the pool keeps an older snapshot of this id, NotFound without
 * the volume, ResourceExhausted without room for what the image holds, and what `cutVolumes` throws.
 */
export async function createSnapshot(
  pool: Pool,
  snapshot: SnapshotRequest,
  options: CopyImageOptions = {},
): Promise<SnapshotRecord> {
  const { id, sourceVolumeId, sourceSnapshotId } = snapshot;
  requireOwnIds({ snapshots: [id] });
  return pool.locks.runAll([id, sourceSnapshotId ?? sourceVolumeId], options.signal, async () => {
    const present = await presentSnapshot(pool, snapshot);
    if (present !== undefined) return present;
    if (sourceSnapshotId !== undefined) {
      return copySnapshot(pool, snapshot, await requireSnapshot(pool, sourceSnapshotId), options);
    }
    const source = await requireVolume(pool, sourceVolumeId);
    refuseDirectoryVolume(source, 'snapshots');
    refusePopulating(source);
    return cutSnapshot(pool, snapshot, source, options);
  });
}

/** The snapshot of this id, when it is this one. Its lock must be held. Throws AlreadyExists for an older one. */
export async function presentSnapshot(
  pool: Pool,
  { id, uuid }: Pick<SnapshotRequest, 'id' | 'uuid'>,
): Promise<SnapshotRecord | undefined> {
  const present = await findSnapshot(pool, id);
  if (present === undefined) return undefined;
  if (present.uuid !== uuid) throw olderSnapshot(pool, present);
  if (!pool.ledger.has(id)) pool.ledger.put(promiseToSnapshot(present));
  return present;
}

/**
 * Promises the room that a copy will take, where it takes any at once: it must not come from what others were promised.
 * The lock on the source must be held. Throws ResourceExhausted.
 */
export async function promiseCopy(pool: Pool, snapshot: Omit<SnapshotRequest, 'name'>): Promise<void> {
  if (pool.reflink) return;
  const { id, uuid, sourceVolumeId, sourceSnapshotId } = snapshot;
  const source = await pool.host.files.stat(imagePath(pool, sourceSnapshotId ?? sourceVolumeId));
  await promiseRoom(pool, { id, uuid, bytes: source?.allocated ?? 0 });
}

/**
 * The record of a snapshot whose copy has just been made at `image`, and room promised for what that holds. Throws
 * ResourceExhausted.
 */
export async function promiseSnapshot(
  pool: Pool,
  cut: SnapshotRequest & { readonly image: string; readonly creationTime: string; readonly groupId?: string },
  source: VolumeRecord | SnapshotRecord,
): Promise<SnapshotRecord> {
  const { image, ...request } = cut;
  const copied = await pool.host.files.stat(image);
  const heldBytes = copied?.allocated ?? 0;
  const common = { format: 1, kind: 'snapshot', ...request, heldBytes };
  const record = newStored(snapshotRecordSchema, { ...common, ...takenFrom(source) });
  await promiseRoom(pool, { id: record.id, uuid: record.uuid, bytes: heldBytes });
  return record;
}

/** What a snapshot has of what it is a copy of. */
export function takenFrom(source: VolumeRecord | SnapshotRecord): object {
  const { size, volumeMode, fsType, provisioning, exclusive, mkfsOptions, filesystemSize } = source;
  const fields = { size, volumeMode, fsType, provisioning, exclusive, mkfsOptions, filesystemSize };
  if (source.kind === 'volume') return { ...fields, ...ownerOf(source) };
  const { claim, storageClass } = source;
  return { ...fields, claim, storageClass };
}

/** For a snapshot that is there under the same id with another uuid. */
export function olderSnapshot(pool: Pool, { id, name, uuid, creationTime }: SnapshotRecord): VolumeError {
  const message = `pool ${pool.name} keeps an older snapshot ${id} ("${name}", uuid ${uuid}, of ${creationTime}): it is not overwritten; remove it by hand, or choose another name`;
  return new VolumeError('AlreadyExists', message);
}

/** A snapshot never changes, so there is nothing to freeze. */
async function copySnapshot(
  pool: Pool,
  request: SnapshotRequest,
  source: SnapshotRecord,
  options: CopyImageOptions,
): Promise<SnapshotRecord> {
  try {
    await promiseCopy(pool, request);
    return await buildAside(pool, request.id, async (image) => {
      await copyImage(pool, imagePath(pool, source.id), image, options);
      return promiseSnapshot(pool, { ...request, image, creationTime: new Date().toISOString() }, source);
    });
  } catch (error) {
    pool.ledger.release(request.id);
    throw error;
  }
}

async function cutSnapshot(
  pool: Pool,
  request: SnapshotRequest,
  source: VolumeRecord,
  options: CopyImageOptions,
): Promise<SnapshotRecord> {
  try {
    await promiseCopy(pool, request);
    return await buildAside(pool, request.id, async (image) => {
      const creationTime = await cutVolumes(pool, source.id, [source.id], async () => {
        const moment = new Date().toISOString();
        await copyImage(pool, imagePath(pool, source.id), image, options);
        return moment;
      });
      return promiseSnapshot(pool, { ...request, image, creationTime }, source);
    });
  } catch (error) {
    pool.ledger.release(request.id);
    throw error;
  }
}
