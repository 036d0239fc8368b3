import { VolumeError } from '../../domain/errors.ts';
import type { Filesystem, FilesystemFacts } from '../../filesystem/filesystem.ts';
import type { Pool } from '../../pool/pool.ts';
import type { VolumeRecord } from '../../pool/record.ts';

/** Throws FailedPrecondition for a block volume, which has none. */
export function filesystemOf({ filesystems }: Pool, { id, fsType }: VolumeRecord): Filesystem {
  if (fsType === undefined) throw new VolumeError('FailedPrecondition', `volume ${id} has no filesystem`);
  return filesystems.get(fsType);
}

/** Whether the filesystem is so much smaller than the image that growing it gains anything. */
export function isShort({ size }: VolumeRecord, facts: FilesystemFacts): boolean {
  return size - facts.size >= facts.growthStep;
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
  if (facts !== undefined && isShort(record, facts)) await filesystem.grow(mounted);
}
