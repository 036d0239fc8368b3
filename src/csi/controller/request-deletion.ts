import { ConflictError, type Collection } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { VolumeError } from '../../domain/errors.ts';
import { managedPoolId } from '../../domain/pool.ts';
import { isSettled } from '../../domain/resource.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent, failureOf, type Requested } from './await-agent.ts';
import type { Asking } from './deps.ts';
import { findPool } from './find-pool.ts';

/**
 * Asks the agent to delete, and waits until the resource is gone; what is gone already is fine, and a deletion that is
 * under way is joined. `refuse` throws when it must not be deleted; it is asked again whenever the resource changed.
 * When the agent refuses (in use, say) the request is taken back and the agent's reason thrown. What was in a pool that is
 * gone for good is gone with it: only the catalog is left to be told.
 */
export async function requestDeletion<R extends Requested>(
  collection: Collection<R>,
  id: string,
  refuse: (resource: R) => void,
  asking: Asking,
  call: Call,
): Promise<void> {
  const doomed = await askForDeletion(collection, id, refuse, asking);
  if (doomed === undefined) return;

  const left = await awaitDeletion(collection, doomed, asking, call);
  if (left === undefined) return;

  const { revision } = doomed.spec;

  await takeBackDeletion(collection, id, revision);
  throw failureOf(left) ?? new VolumeError('Aborted', `the deletion of ${id} was taken back; try again`);
}

/** Undefined when it is gone, else with the agent's answer. */
async function awaitDeletion<R extends Requested>(
  collection: Collection<R>,
  { id, spec: { revision, uuid } }: R,
  asking: Asking,
  call: Call,
): Promise<R | undefined> {
  const isAnswered = (now: R | undefined): boolean =>
    now?.spec.uuid !== uuid || now.status.observedRevision >= revision;
  for (;;) {
    const left = await awaitAgent(collection, id, isAnswered, asking, call);
    if (left?.spec.uuid === uuid) return left;
    // What the watch told may be older than what was asked to be deleted: the end of an earlier one of the same name.
    const now = await collection.find(id);
    if (now?.spec.uuid !== uuid) return undefined;
  }
}

/** Back to Present without a new revision, so that nothing runs; a newer request is left alone. */
export async function takeBackDeletion<R extends Requested>(
  collection: Collection<R>,
  id: string,
  revision: number,
): Promise<void> {
  await modify(collection, id, ({ spec }) =>
    spec.desired === 'Absent' && spec.revision === revision ? { ...spec, desired: 'Present' as const } : undefined,
  );
}

/**
 * Removes the resource when its pool is gone, and that of its home; false when one is not, or another caller has changed the
 * resource.
 */
export async function removeLost<R extends Requested>(
  collection: Collection<R>,
  resource: R,
  { catalog }: Asking,
): Promise<boolean> {
  const { pool, home } = resource.spec;
  for (const id of home === undefined ? [pool] : [pool, managedPoolId(home)]) {
    if ((await findPool(catalog, id)) !== undefined) return false;
  }
  return await removeUnchanged(collection, resource);
}

/** False when another caller has changed it since. */
export async function removeUnchanged<R extends Requested>(collection: Collection<R>, resource: R): Promise<boolean> {
  try {
    await collection.remove(resource);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

/** Undefined when there is nothing to delete any more. */
async function askForDeletion<R extends Requested>(
  collection: Collection<R>,
  id: string,
  refuse: (resource: R) => void,
  asking: Asking,
): Promise<R | undefined> {
  for (;;) {
    const present = await collection.find(id);
    if (present === undefined) return undefined;
    if (await removeLost(collection, present, asking)) return undefined;
    if (present.spec.desired === 'Absent' && !isSettled(present)) {
      await collection.durable();
      return present;
    }
    refuse(present);
    const spec = { ...present.spec, desired: 'Absent' as const, revision: present.spec.revision + 1 };
    try {
      return await collection.update(present, spec);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}
