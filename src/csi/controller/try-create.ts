import type { VolumeError } from '../../domain/errors.ts';
import { ConflictError, type Collection } from '../../catalog/catalog.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent } from './await-agent.ts';
import { isMade, requireReady } from './await-ready.ts';
import type { Creating } from './deps.ts';
import type { Made } from './quota/claim.ts';
import type { Held } from './quota/quotas.ts';

export interface Plan<R extends Made> {
  /** What to ask the agent for. Changes nothing: it may be called, and may throw, when the resource is there already. */
  readonly plan: () => Promise<R['spec']>;
  /** The status before the agent has looked. */
  readonly status: R['status'];
  /**
   * Told what the agent could not make, and why, before that is taken out of the catalog: for what is not to be tried again
   * by itself, also where the caller ends right then.
   */
  readonly refused?: ((why: VolumeError) => Promise<void>) | undefined;
}

/**
 * The resource, made and ready; undefined when there is one already. Throws what `plan` throws, ResourceExhausted for what
 * no quota has room for, and as `awaitReady`.
 */
export async function tryCreate<R extends Made>(
  collection: Collection<R>,
  id: string,
  creation: Plan<R>,
  asking: Creating,
  call: Call,
): Promise<R | undefined> {
  const planned = await planUnlessPresent(collection, id, creation, asking);
  if (planned === undefined) return undefined;
  const { spec, held } = planned;
  let creating: Promise<R> | undefined;
  const create = () => (creating = collection.create(id, spec, creation.status));
  // What is told before it is there is of another one that had this id.
  let isThere = false;
  const isDecided = (now: R | undefined): boolean => {
    isThere ||= now?.spec.uuid === spec.uuid;
    return isThere && isMade(now);
  };
  try {
    const decided = await awaitAgent(collection, id, isDecided, asking, call, create);
    const made = await requireReady(collection, id, decided, creation.refused);
    // The agent may have been faster than the disk.
    await creating;
    held.kept();
    return made;
  } catch (error) {
    // A caller that gives up notes it on the resource, which must be there by then.
    const [created] = await Promise.allSettled([creating]);
    const isEnded = created.status === 'fulfilled' || created.reason instanceof ConflictError;
    if (isEnded && !(await mayBeThere(collection, id, spec.uuid))) await held.giveBack();
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

/** Also when that cannot be found out now. */
async function mayBeThere<R extends Made>(collection: Collection<R>, id: string, uuid: string): Promise<boolean> {
  try {
    return (await collection.find(id))?.spec.uuid === uuid;
  } catch {
    return true;
  }
}

/** What is there already needs no room and no source any more: then it does not matter why it could not be planned. */
async function planUnlessPresent<R extends Made>(
  collection: Collection<R>,
  id: string,
  { plan }: Plan<R>,
  { quotas }: Creating,
): Promise<{ spec: R['spec']; held: Held } | undefined> {
  try {
    const spec = await plan();
    return { spec, held: await quotas.hold(id, spec) };
  } catch (error) {
    if ((await collection.find(id)) === undefined) throw error;
    return undefined;
  }
}
