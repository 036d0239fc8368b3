import { dirname } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { formatSize, GiB } from '../domain/sizes.ts';
import type { Host } from '../host/host.ts';
import { SMALLEST_BACKING } from '../pool/backing.ts';
import type { PoolSettings } from '../pool/pool.ts';
import type { PoolConfig } from './config.ts';
import { withoutSymlinks } from './without-symlinks.ts';

const LARGEST_DEFAULT = 100 * GiB;
const SMALLEST_DEFAULT = 2 * GiB;

/** What the pool layer needs, from what the operator wrote. A backing file without a size gets a sensible one. */
export async function poolSettings(config: PoolConfig, lockWaitMs: number, host: Host): Promise<PoolSettings> {
  const { name, backing, reserve, overcommit, minimumVolumeSize, maximumVolumeSize } = config;
  const path = withoutSymlinks(config.path);
  const common = { name, path, reserveBytes: reserve, overcommit, minimumVolumeSize, maximumVolumeSize, lockWaitMs };
  if (backing === undefined) return common;
  const file = withoutSymlinks(backing.file);
  const size = backing.size ?? (await sensibleSize(file, host));
  if (size < SMALLEST_BACKING) {
    const message = `pool ${name} would have ${formatSize(size)}, and XFS needs ${formatSize(SMALLEST_BACKING)}: give it more`;
    throw new VolumeError('InvalidArgument', message);
  }
  return { ...common, backing: { file, thin: backing.thin, size } };
}

/** Half of what the disk has free, whole GiB, at most 100 GiB; what an existing file has already. */
async function sensibleSize(file: string, host: Host): Promise<number> {
  const present = await host.files.stat(file);
  if (present !== undefined) return present.size;
  await host.files.makeDirectory(dirname(file));
  const { availableBytes } = await host.files.usage(dirname(file));
  const half = Math.floor(availableBytes / 2 / GiB) * GiB;
  if (half >= SMALLEST_DEFAULT) return Math.min(half, LARGEST_DEFAULT);
  const free = formatSize(availableBytes);
  throw new VolumeError(
    'ResourceExhausted',
    `${dirname(file)} has ${free} free, too little for a pool: free some room, choose another --state-dir, or give --pool`,
  );
}
