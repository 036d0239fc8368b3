import type { Resource } from '../../domain/resource.ts';
import type { Progress } from '../../domain/resource.ts';
import { silenceMessage, silentSince } from '../../domain/silence.ts';
import { formatSize } from '../../domain/sizes.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { Asking } from './deps.ts';
import { findPool } from './find-pool.ts';

type Waiting = Resource<
  { readonly pool: string; readonly name: string; readonly claim?: string | undefined },
  { readonly progress?: Progress | undefined }
>;

export interface Wait {
  /** What a person should know who waits for this. */
  readonly message: string;
  /** Nobody acts for the pool now: there is nothing to wait for. */
  readonly isHopeless: boolean;
}

/** Why what was asked for is not done yet: nobody is there to do it, it takes its time, or it is only late. */
export async function whyWaiting(id: string, resource: Waiting | undefined, asking: Asking): Promise<Wait> {
  if (resource === undefined) return { message: `work on ${id} is not done yet; try again`, isHopeless: false };
  const what = resource.spec.claim === undefined ? id : nameOfVolume(resource);
  const pool = await findPool(asking.catalog, resource.spec.pool);
  if (pool === undefined) {
    return { message: `${what}: pool ${resource.spec.pool} is gone, and its data with it`, isHopeless: true };
  }
  const since = silentSince(pool, asking.now());
  if (since !== undefined) return { message: `${what}: ${silenceMessage(pool, since)}`, isHopeless: true };

  const { progress } = resource.status;
  if (progress !== undefined) {
    const { copiedBytes, totalBytes } = progress;
    const message = `${what}: copied ${formatSize(copiedBytes)} of ${formatSize(totalBytes)}, try again`;
    return { message, isHopeless: false };
  }
  if (pool.status.ready) return { message: `work on ${what} is not done yet; try again`, isHopeless: false };
  const conditions = pool.status.conditions.map(({ message }) => message).join(', ');
  const detail = conditions === '' ? '' : `: ${conditions}`;
  return { message: `work on ${what} waits for pool ${pool.id}, which is not ready${detail}`, isHopeless: false };
}
