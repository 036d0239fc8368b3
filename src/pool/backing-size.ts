import { dirname } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { formatSize, GiB, MiB } from '../domain/sizes.ts';
import type { Host } from '../host/host.ts';

const LARGEST_DEFAULT = 100 * GiB;
const SMALLEST_DEFAULT = 2 * GiB;

/** mkfs.xfs refuses less. */
const SMALLEST_BACKING = 300 * MiB;

/** Throws InvalidArgument for a size in which there can be no XFS. */
export function checkBackingSize(name: string, size: number): void {
  if (size >= SMALLEST_BACKING) return;
  const message = `pool ${name} would have ${formatSize(size)}, and XFS needs ${formatSize(SMALLEST_BACKING)}: give it more`;
  throw new VolumeError('InvalidArgument', message);
}

/**
 * What a backing file has already; for a new one half of what the disk has free, whole GiB, at most 100 GiB. Throws
 * ResourceExhausted when that is too little.
 */
export async function sensibleSize(file: string, host: Host): Promise<number> {
  const present = await host.files.stat(file);
  if (present !== undefined) return present.size;
  await host.files.makeDirectory(dirname(file));
  const { availableBytes } = await host.files.usage(dirname(file));
  const half = Math.floor(availableBytes / 2 / GiB) * GiB;
  if (half >= SMALLEST_DEFAULT) return Math.min(half, LARGEST_DEFAULT);
  const free = formatSize(availableBytes);
  throw new VolumeError(
    'ResourceExhausted',
    `${dirname(file)} has ${free} free, too little for a pool: free some room, or give the pool a directory elsewhere`,
  );
}
