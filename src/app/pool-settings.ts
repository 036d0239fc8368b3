import type { Host } from '../host/host.ts';
import { checkBackingSize, sensibleSize } from '../pool/backing-size.ts';
import type { PoolSettings } from '../pool/pool.ts';
import type { PoolConfig } from './config.ts';
import { withoutSymlinks } from './without-symlinks.ts';

/**
 * What the pool layer needs, from what the operator wrote. Throws InvalidArgument for a backing file that is too small;
 * one without a size gets a sensible one when it is made.
 */
export function poolSettings(config: PoolConfig, lockWaitMs: number): PoolSettings {
  const { name, backing, reserve, overcommit, minimumVolumeSize, maximumVolumeSize } = config;
  const path = withoutSymlinks(config.path);
  const common = { name, path, reserveBytes: reserve, overcommit, minimumVolumeSize, maximumVolumeSize, lockWaitMs };
  if (backing === undefined) return common;
  const { size, thin } = backing;
  if (size !== undefined) checkBackingSize(name, size);
  return { ...common, backing: { file: withoutSymlinks(backing.file), thin, ...(size !== undefined && { size }) } };
}

/** As `poolSettings`, and throws ResourceExhausted when the disk has too little room for a pool whose size is not given. */
export async function sizedPoolSettings(config: PoolConfig, lockWaitMs: number, host: Host): Promise<PoolSettings> {
  const settings = poolSettings(config, lockWaitMs);
  const { backing } = settings;
  if (backing === undefined) return settings;
  const size = backing.size ?? (await sensibleSize(backing.file, host));
  checkBackingSize(config.name, size);
  return { ...settings, backing: { ...backing, size } };
}
