import * as z from 'zod';
import { messageOf, VolumeError } from '../../../domain/errors.ts';
import type { FilesystemUsage } from '../../../host/host.ts';
import { isWell, runVolumeHook, type DirectoryFilesystem } from '../../../pool/directory-mount.ts';
import { isDirectoryVolume } from '../../../pool/directory-volume.ts';
import { volumeHealth } from '../../../pool/health.ts';
import type { FoundVolume } from '../../../pool/pool-set.ts';
import { requireSize } from '../require-size.ts';
import type { DirectoryVolume } from './directory-volume.ts';
import { filesystemSource, type FilesystemSourceDeps } from './filesystem-source.ts';

/** A volume of a registered filesystem of kind `directory` as it is on this node; undefined for any other. */
export function filesystemVolume(
  { pool, record }: FoundVolume,
  deps: FilesystemSourceDeps,
): DirectoryVolume | undefined {
  if (!isDirectoryVolume(record)) return undefined;
  const volume = { pool, record };
  const { id, uuid, claim, exclusive, sharing, fsType } = record;
  return {
    id,
    uuid,
    claim,
    exclusive,
    sharing,
    fsType,
    source: ({ secrets }) => filesystemSource(volume, secrets, deps),
    health: () => volumeHealth(pool, record),
    ...(hasStats(volume) && { usage: () => usageOf(volume, deps) }),
    expand: (required, limit) => expand(volume, { required, limit }, deps),
  };
}

const statsSchema = z.object({
  totalBytes: z.number().nonnegative(),
  usedBytes: z.number().nonnegative(),
  availableBytes: z.number().nonnegative(),
});

function hasStats({ pool: { filesystems }, record: { fsType } }: DirectoryFilesystem): boolean {
  return filesystems.names.includes(fsType) && filesystems.directory(fsType)?.hooks.stats !== undefined;
}

async function usageOf(
  volume: DirectoryFilesystem,
  { retained }: FilesystemSourceDeps,
): Promise<Pick<FilesystemUsage, 'totalBytes' | 'freeBytes' | 'availableBytes'>> {
  const { fsType, id } = volume.record;
  const printed = await runVolumeHook(volume, 'stats', retained.of(id));
  try {
    const { totalBytes, usedBytes, availableBytes } = statsSchema.parse(JSON.parse(printed ?? ''));
    return { totalBytes, freeBytes: totalBytes - usedBytes, availableBytes };
  } catch (error) {
    const wanted = '{"totalBytes": 0, "usedBytes": 0, "availableBytes": 0}';
    const message = `hook stats of filesystem ${fsType} printed something else than ${wanted}: ${messageOf(error)}`;
    throw new VolumeError('FailedPrecondition', message, { cause: error });
  }
}

/** The record has the size since ControllerExpandVolume; the filesystem hears of it while it is mounted. */
async function expand(
  volume: DirectoryFilesystem,
  { required, limit }: { required: number; limit: number },
  { retained }: FilesystemSourceDeps,
): Promise<number> {
  const { record } = volume;
  const { size, id } = record;
  requireSize(record, required, limit);
  if (await isWell(volume)) await runVolumeHook(volume, 'grow', retained.of(id));
  return size;
}
