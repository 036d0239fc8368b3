import { ConflictError, type Collection } from '../../catalog/catalog.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent, type Requested } from './await-agent.ts';
import { isMade, requireReady } from './await-ready.ts';
import type { Asking } from './deps.ts';

export interface Plan<R extends Requested> {
  /** What to ask the agent for. Changes nothing: it may be called, and may throw, when the resource is there already. */
  readonly plan: () => Promise<R['spec']>;
  /** The status before the agent has looked. */
  readonly status: R['status'];
}

/** The resource, made and ready; undefined when there is one already. Throws what `plan` throws, and as `awaitReady`. */
export async function tryCreate<R extends Requested>(
  collection: Collection<R>,
  id: string,
  creation: Plan<R>,
  asking: Asking,
  call: Call,
): Promise<R | undefined> {
  const spec = await planUnlessPresent(collection, id, creation);
  if (spec === undefined) return undefined;
  let creating: Promise<R> | undefined;
  const create = () => (creating = collection.create(id, spec, creation.status));
  // What is told before it is there is of another one that had this id.
  let isThere = false;
  const isDecided = (now: R | undefined): boolean => {
    isThere ||= now?.spec.uuid === spec.uuid;
    return isThere && isMade(now);
  };
  try {
    const made = await requireReady(collection, id, await awaitAgent(collection, id, isDecided, asking, call, create));
    // The agent may have been faster than the disk.
    await creating;
    return made;
  } catch (error) {
    // A caller that gives up notes it on the resource, which must be there by then.
    await Promise.allSettled([creating]);
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

/** What is there already needs no room and no source any more: then it does not matter why it could not be planned. */
async function planUnlessPresent<R extends Requested>(
  collection: Collection<R>,
  id: string,
  { plan }: Plan<R>,
): Promise<R['spec'] | undefined> {
  try {
    return await plan();
  } catch (error) {
    if ((await collection.find(id)) === undefined) throw error;
    return undefined;
  }
}
