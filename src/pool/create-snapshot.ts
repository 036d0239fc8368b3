import { VolumeError } from '../domain/errors.ts';
import { refusePopulating } from '../domain/populating.ts';
import { ownerOf } from '../domain/quota.ts';
import { buildAside } from './build-aside.ts';
import { promiseRoom } from './capacity.ts';
import { copyImage, type CopyImageOptions } from './copy-image.ts';
import { refuseDirectoryVolume } from './directory-volume.ts';
import { findSnapshot, requireVolume } from './find.ts';
import { cutVolumes } from './freeze.ts';
import { imagePath, requireOwnIds } from './layout.ts';
import type { Pool } from './pool.ts';
import { newRecord, snapshotRecordSchema, type SnapshotRecord, type VolumeRecord } from './record.ts';

export interface SnapshotRequest extends Pick<SnapshotRecord, 'deleteLock' | 'tags'> {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly sourceVolumeId: string;
}

/**
 * Cuts a snapshot of a volume, frozen for that moment when it is mounted. Takes the locks. Safe to repeat: one with the
 * same uuid is returned as it is. Throws AlreadyExists when the pool keeps an older snapshot of this id, NotFound without
 * the volume, ResourceExhausted without room for what the image holds, and what `cutVolumes` throws.
 */
export async function createSnapshot(
  pool: Pool,
  snapshot: SnapshotRequest,
  options: CopyImageOptions = {},
): Promise<SnapshotRecord> {
  const { id, sourceVolumeId } = snapshot;
  requireOwnIds({ snapshots: [id] });
  return pool.locks.runAll([id, sourceVolumeId], options.signal, async () => {
    const present = await findSnapshot(pool, id);
    if (present !== undefined) {
      if (present.uuid !== snapshot.uuid) throw olderSnapshot(pool, present);
      if (!pool.ledger.has(id)) pool.ledger.put({ id, uuid: present.uuid, bytes: present.heldBytes });
      return present;
    }
    const source = await requireVolume(pool, sourceVolumeId);
    refuseDirectoryVolume(source, 'snapshots');
    refusePopulating(source);
    return cutSnapshot(pool, snapshot, source, options);
  });
}

/**
 * Promises the room that a copy will take, where it takes any at once: it must not come from what others were promised.
 * The lock on the source must be held. Throws ResourceExhausted.
 */
export async function promiseCopy(pool: Pool, snapshot: Omit<SnapshotRequest, 'name'>): Promise<void> {
  if (pool.reflink) return;
  const { id, uuid, sourceVolumeId } = snapshot;
  const source = await pool.host.files.stat(imagePath(pool, sourceVolumeId));
  await promiseRoom(pool, { id, uuid, bytes: source?.allocated ?? 0 });
}

/**
 * The record of a snapshot whose copy has just been made at `image`, and room promised for what that holds. Throws
 * ResourceExhausted.
 */
export async function promiseSnapshot(
  pool: Pool,
  cut: SnapshotRequest & { readonly image: string; readonly creationTime: string; readonly groupId?: string },
  source: VolumeRecord,
): Promise<SnapshotRecord> {
  const { image, ...request } = cut;
  const copied = await pool.host.files.stat(image);
  const heldBytes = copied?.allocated ?? 0;
  const { size, volumeMode, fsType, provisioning, exclusive, mkfsOptions, filesystemSize } = source;
  const fields = { size, heldBytes, volumeMode, fsType, provisioning, exclusive, mkfsOptions, filesystemSize };
  const record = newRecord(snapshotRecordSchema, { format: 1, kind: 'snapshot', ...request, ...fields, ...ownerOf(source) });
  await promiseRoom(pool, { id: record.id, uuid: record.uuid, bytes: heldBytes });
  return record;
}

/** For a snapshot that is there under the same id with another uuid. */
export function olderSnapshot(pool: Pool, { id, name, uuid, creationTime }: SnapshotRecord): VolumeError {
  const message = `pool ${pool.name} keeps an older snapshot ${id} ("${name}", uuid ${uuid}, of ${creationTime}): it is not overwritten; remove it by hand, or choose another name`;
  return new VolumeError('AlreadyExists', message);
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
