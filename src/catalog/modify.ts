import { VolumeError } from '../domain/errors.ts';
import type { Resource } from '../domain/resource.ts';
import { ConflictError, type Collection } from './catalog.ts';

/** A round is lost only when another writer won it, so this many lost rounds mean as many others at once. */
const MAX_ROUNDS = 128;

/**
 * Reads the resource and replaces its spec by what `change` makes of it; when another writer was faster, reads and
 * decides again. `change` may thus run several times, and leaves the resource as it is by returning undefined. Returns
 * the resource as it is then and on disk, undefined when it is gone. Throws what `change` throws, and Aborted after 128 lost rounds.
 */
export async function modify<R extends Resource<unknown, unknown>>(
  collection: Collection<R>,
  id: string,
  change: (resource: R) => R['spec'] | undefined,
): Promise<R | undefined> {
  return await retried(collection, id, async (resource) => {
    const spec = change(resource);
    if (spec !== undefined) return await collection.update(resource, spec);
    await collection.durable();
    return resource;
  });
}

/**
 * The same for the status. With `known`, the resource as the caller has it, the first round does without a reading: should
 * it be of an older version, that round is lost.
 */
export async function modifyStatus<R extends Resource<unknown, unknown>>(
  collection: Collection<R>,
  id: string,
  change: (resource: R) => R['status'] | undefined,
  known?: R,
): Promise<R | undefined> {
  const attempt = async (resource: R) => {
    const status = change(resource);
    return status === undefined ? resource : await collection.updateStatus(resource, status);
  };
  return await retried(collection, id, attempt, known);
}

async function retried<R extends Resource<unknown, unknown>>(
  collection: Collection<R>,
  id: string,
  attempt: (resource: R) => Promise<R>,
  known?: R,
): Promise<R | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const resource = round === 0 && known !== undefined ? known : await collection.find(id);
    if (resource === undefined) return undefined;
    try {
      return await attempt(resource);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  throw new VolumeError('Aborted', `${id} is being changed by too many callers at once; try again`);
}
