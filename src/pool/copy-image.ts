import { VolumeError } from '../domain/errors.ts';
import type { Pool } from './pool.ts';

export interface CopyImageOptions {
  /** Told while a copy runs that the pool cannot make at once. */
  readonly onProgress?: (copiedBytes: number, totalBytes: number) => void;
  /** Ends the wait for other work on the volume or its source, and such a copy: Cancelled. */
  readonly signal?: AbortSignal;
}

/** Makes `target`, a new file, a copy of `source`: at once where the pool can share blocks, byte by byte elsewhere. */
export async function copyImage(pool: Pool, source: string, target: string, options: CopyImageOptions): Promise<void> {
  if (pool.reflink) return pool.host.images.reflink(source, target);
  try {
    await pool.host.images.copySparse(source, target, options);
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
    throw new VolumeError('Cancelled', 'the caller has gone while the copy was under way', { cause: error });
  }
}
