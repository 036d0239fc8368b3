import { dirname, join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import type { z } from 'zod';
import type { imageFields } from '../domain/volume.ts';
import { newStored } from '../domain/stored-json.ts';
import { formatImage } from './blanks.ts';
import { buildAside } from './build-aside.ts';
import { promiseRoom } from './capacity.ts';
import { cloneImage, requireSource } from './clone-image.ts';
import type { CopyImageOptions } from './copy-image.ts';
import { COW_EXTENT_SIZE } from './cow-extent-size.ts';
import { promiseTo, refuseDirectoryVolume } from './directory-volume.ts';
import { findVolume } from './find.ts';
import { recordPath, requireOwnIds } from './layout.ts';
import type { Pool } from './pool.ts';
import { requirePresent } from './presence.ts';
import { volumeRecordSchema, type DirectoryPart, type EphemeralOwner, type VolumeRecord } from './record.ts';

export type ImageFields = z.infer<z.ZodObject<typeof imageFields>>;

export type NewVolume = ImageFields & {
  readonly id: string;
  readonly ephemeral?: EphemeralOwner;
  readonly directory?: DirectoryPart;
};

/**
 * Makes a volume, blank or as a copy of its source. Takes the locks. Safe to repeat: one with the same uuid is
 * returned as it is. Throws AlreadyExists when the pool keeps an older volume of this id, ResourceExhausted when there
 * is no room, NotFound and OutOfRange for a source that is gone or larger; then nothing is left behind.
 */
export async function createVolume(
  pool: Pool,
  volume: NewVolume,
  options: CopyImageOptions = {},
): Promise<VolumeRecord> {
  const record = recordOf(volume);
  const ids = record.source === undefined ? [record.id] : [record.id, record.source.id];
  return pool.locks.runAll(ids, options.signal, () => createLocked(pool, record, options));
}

/** As `createVolume`, of a blank one, for a caller that holds the volume's lock. */
export function createBlank(pool: Pool, volume: Omit<NewVolume, 'source'>): Promise<VolumeRecord> {
  return createLocked(pool, recordOf(volume), {});
}

function recordOf(volume: NewVolume): VolumeRecord {
  requireOwnIds({ volumes: [volume.id] });
  const createdAt = new Date().toISOString();
  return newStored(volumeRecordSchema, { ...volume, format: 1, kind: 'volume', createdAt });
}

async function createLocked(pool: Pool, record: VolumeRecord, options: CopyImageOptions): Promise<VolumeRecord> {
  const { id, uuid } = record;
  // The ledger has every volume that can be read; what else bears this name stops the rename at the end.
  const present = pool.ledger.has(id) ? await findVolume(pool, id) : undefined;
  if (present !== undefined) {
    if (present.uuid !== uuid) throw olderVolume(pool, present);
    return present;
  }
  if (record.ioLimits !== undefined) await pool.ioLimiter.require(record);
  // Or the pool's folders would be made where its disk was mounted.
  await requirePresent(pool);
  await promiseRoom(pool, { ...promiseTo(record), ...(record.ephemeral && { ephemeral: true }) });
  try {
    return await buildAside(pool, id, async (image) => {
      await makeContent(pool, image, record, options);
      return withFilesystemSize(pool, record);
    });
  } catch (error) {
    // It is there when the fsync after the rename has failed: then the promise stands.
    if ((await pool.host.files.stat(recordPath(pool, id))) === undefined) pool.ledger.release(id);
    throw error;
  }
}

async function makeContent(pool: Pool, image: string, record: VolumeRecord, options: CopyImageOptions): Promise<void> {
  if (record.directory === undefined) return makeImage(pool, image, record, options);
  if (record.source !== undefined) refuseDirectoryVolume({ ...record, id: record.source.id }, 'clones');
  if (record.directory.stores === 'pool') await pool.host.files.makeDirectory(join(dirname(image), 'data'), 0o700);
}

async function makeImage(pool: Pool, image: string, record: VolumeRecord, options: CopyImageOptions): Promise<void> {
  if (record.source !== undefined) await cloneImage(pool, image, { ...record, source: record.source }, options);
  else if (record.fsType !== undefined) await makeFilesystem(pool, image, { ...record, fsType: record.fsType });
  else await makeBlock(pool, image, record.size);
  // Also takes apart what is shared with the source, which a write would otherwise need room for.
  if (record.provisioning === 'thick') await pool.host.images.allocate(image, record.size);
}

async function makeBlock(pool: Pool, image: string, size: number): Promise<void> {
  await pool.host.images.create(image, size);
  if (pool.reflink) await pool.host.images.setCowExtentSize(image, COW_EXTENT_SIZE);
}

async function makeFilesystem(pool: Pool, image: string, record: VolumeRecord & { fsType: string }): Promise<void> {
  const { size, mkfsOptions: options } = record;
  const filesystem = pool.filesystems.get(record.fsType, record);
  if (!pool.reflink) return formatImage(pool.host, { image, filesystem, size, options });
  await pool.blanks.copyTo(image, filesystem, size, options);
  await filesystem.renewIdentity(image);
}

/** Where no superblock tells it. What a copy has is what its source had. */
async function withFilesystemSize(pool: Pool, record: VolumeRecord): Promise<VolumeRecord> {
  const { fsType, source, directory } = record;
  if (fsType === undefined || directory !== undefined || !pool.filesystems.get(fsType).isOpaque) return record;
  const original = source && (await requireSource(pool, source));
  return { ...record, filesystemSize: original === undefined ? record.size : original.filesystemSize };
}

function olderVolume(pool: Pool, { id, name, uuid, createdAt }: VolumeRecord): VolumeError {
  const message = `pool ${pool.name} keeps an older volume ${id} ("${name}", uuid ${uuid}, of ${createdAt}): it is not overwritten; remove it by hand, or choose another name`;
  return new VolumeError('AlreadyExists', message);
}
