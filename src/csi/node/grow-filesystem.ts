import { VolumeError } from '../../domain/errors.ts';
import { storedText } from '../../domain/stored-json.ts';
import type { Filesystem, FilesystemFacts } from '../../filesystem/filesystem.ts';
import { recordPath } from '../../pool/layout.ts';
import type { Pool } from '../../pool/pool.ts';
import type { VolumeRecord } from '../../pool/record.ts';

/** Throws FailedPrecondition for a block volume, which has none. */
export function filesystemOf({ filesystems }: Pool, record: VolumeRecord): Filesystem {
  const { id, fsType } = record;
  if (fsType === undefined) throw new VolumeError('FailedPrecondition', `volume ${id} has no filesystem`);
  return filesystems.get(fsType, record);
}

/** Whether the filesystem is so much smaller than the image that growing it gains anything. */
export function isShort({ size, filesystemSize = 0 }: VolumeRecord, facts: FilesystemFacts): boolean {
  return size - (facts.size ?? filesystemSize) >= facts.growthStep;
}

/**
 * Grows a filesystem that is mounted read-write to the size of its image. What the superblock on the device says may be
 * a little old while it is mounted; growing one that is large enough changes nothing.
 */
export async function growIfShort(
  pool: Pool,
  record: VolumeRecord,
  mounted: { device: string; target: string },
): Promise<void> {
  const filesystem = filesystemOf(pool, record);
  const facts = await filesystem.inspect(mounted.device);
  if (facts === undefined || !isShort(record, facts)) return;
  await filesystem.grow(mounted);
  await noteGrown(pool, record);
}

/** Writes down how large the filesystem is now, where nothing else tells it. The volume's lock must be held. */
export async function noteGrown(pool: Pool, record: VolumeRecord): Promise<void> {
  if (!filesystemOf(pool, record).isOpaque) return;
  const next = { ...record, filesystemSize: record.size };
  await pool.host.files.replace(recordPath(pool, record.id), storedText(next));
}
