import type { CopyOptions } from '../host/host.ts';
import type { Pool } from './pool.ts';

/**
 * On XFS, sharing is broken in pieces of this many bytes, so that an image that was copied does not fall into extents
 * of 4 KiB under random writes; each extent makes the next copy slower.
 */
export const COW_EXTENT_SIZE = 128 * 1024;

/** Makes `target`, a new file, a copy of `source`: at once where the pool can share blocks, byte by byte elsewhere. */
export async function copyImage(pool: Pool, source: string, target: string, options: CopyOptions): Promise<void> {
  if (pool.reflink) return pool.host.images.reflink(source, target);
  await pool.host.images.copySparse(source, target, options);
}
