import type { Collection } from '../catalog/catalog.ts';
import { modifyStatus } from '../catalog/modify.ts';
import type { Resource } from '../domain/resource.ts';

interface Identity {
  readonly uuid: string;
  readonly pool: string;
}

/**
 * Writes the status of what was asked for, and of nothing else: while the agent worked, the resource may have been given up
 * and made anew under the same id, in this pool or on another node. False when it is not there any more.
 */
export async function answer<R extends Resource<Identity, unknown>>(
  collection: Collection<R>,
  { id, spec }: R,
  status: (now: R) => R['status'] | undefined,
): Promise<boolean> {
  const seen = { isPresent: false };
  const left = await modifyStatus(collection, id, (now) => {
    seen.isPresent = now.spec.uuid === spec.uuid && now.spec.pool === spec.pool;
    return seen.isPresent ? status(now) : undefined;
  });
  return seen.isPresent && left !== undefined;
}
