import type { Collection } from '../catalog/catalog.ts';
import { modifyStatus } from '../catalog/modify.ts';
import type { Resource } from '../domain/resource.ts';

interface Identity {
  readonly uuid: string;
  readonly pool: string;
}

/**
 * Writes the status of what was asked for, and of nothing else: while the agent worked, the resource may have been given up
 * and made anew under the same id, in this pool or on another node. False when it is not there any more. Most of the time
 * nothing has changed it meanwhile, so it is read again only when the write says otherwise.
 */
export async function answer<R extends Resource<Identity, unknown>>(
  collection: Collection<R>,
  asked: R,
  status: (now: R) => R['status'] | undefined,
): Promise<boolean> {
  const { id, spec } = asked;
  const seen = { isPresent: false };
  const change = (now: R): R['status'] | undefined => {
    seen.isPresent = now.spec.uuid === spec.uuid && now.spec.pool === spec.pool;
    return seen.isPresent ? status(now) : undefined;
  };
  const left = await modifyStatus(collection, id, change, asked);
  return seen.isPresent && left !== undefined;
}
