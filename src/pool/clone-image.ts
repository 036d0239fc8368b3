import { VolumeError } from '../domain/errors.ts';
import { refusePopulating } from '../domain/populating.ts';
import type { ContentSource } from '../domain/volume.ts';
import { copyImage, type CopyImageOptions } from './copy-image.ts';
import { refuseDirectoryVolume } from './directory-volume.ts';
import { findSnapshot, requireSnapshot, requireVolume } from './find.ts';
import { cutVolumes } from './freeze.ts';
import { imagePath } from './layout.ts';
import type { Pool } from './pool.ts';
import type { SnapshotRecord, VolumeRecord } from './record.ts';

/**
 * Makes `image`, a new file, a copy of the record's source at the record's size, with an identity of its own. The locks
 * on both must be held. Throws NotFound, and OutOfRange or InvalidArgument when the source does not fit.
 */
export async function cloneImage(
  pool: Pool,
  image: string,
  record: VolumeRecord & { source: ContentSource },
  options: CopyImageOptions,
): Promise<void> {
  const { source } = record;
  const isVolume = source.kind === 'volume';
  const original = await requireSource(pool, source);
  if (original.kind === 'volume') {
    refuseDirectoryVolume(original, 'clones');
    refusePopulating(original);
  }
  checkFits(record, original);

  const copy = () => copyImage(pool, imagePath(pool, source.id), image, options);
  await (isVolume ? cutVolumes(pool, source.id, [source.id], copy) : copy());

  // A source whose growth was interrupted has an image larger than its record says, and perhaps a filesystem, too.
  const copied = await pool.host.files.stat(image);
  if (copied !== undefined && copied.size < record.size) await pool.host.images.resize(image, record.size);
  if (record.fsType !== undefined) await pool.filesystems.get(record.fsType, record).renewIdentity(image);
}

/** Throws NotFound, FailedPrecondition for a template that is gone. The lock on it must be held. */
export async function requireSource(pool: Pool, { kind, id }: ContentSource): Promise<VolumeRecord | SnapshotRecord> {
  if (kind === 'template' && (await findSnapshot(pool, id)) === undefined) {
    throw new VolumeError('FailedPrecondition', `template ${id} was deleted at this moment`);
  }
  return kind === 'volume' ? requireVolume(pool, id) : requireSnapshot(pool, id);
}

function checkFits(record: VolumeRecord, original: Pick<VolumeRecord, 'id' | 'size' | 'volumeMode' | 'fsType'>): void {
  if (record.size < original.size) {
    const message = `${original.id} has ${original.size} bytes, a copy of it cannot have ${record.size}: ask for more`;
    throw new VolumeError('OutOfRange', message);
  }
  if (record.volumeMode !== original.volumeMode || record.fsType !== original.fsType) {
    const has = original.fsType ?? 'a raw block device';
    throw new VolumeError('InvalidArgument', `${original.id} is ${has}, and so are copies of it`);
  }
}
