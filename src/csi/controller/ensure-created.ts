import type { Collection } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { isSettled } from '../../domain/resource.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent, type Requested } from './await-agent.ts';
import { awaitReady } from './await-ready.ts';
import type { Asking, Creating } from './deps.ts';
import type { Made } from './quota/claim.ts';
import { removeLost, removeUnchanged, takeBackDeletion } from './request-deletion.ts';
import { tryCreate, type Plan } from './try-create.ts';

export interface Creation<R extends Made> extends Plan<R> {
  /** Throws AlreadyExists when the resource that is there is not what is asked for. */
  readonly check: (present: R) => void;
  /**
   * Looks at where it is, when it is there already. False when it was given up, to be made anew in a better place. Throws
   * when it can neither stay nor be given up.
   */
  readonly checkPlace?: (present: R) => Promise<boolean>;
}

/** Rounds are lost only to other callers with the same name who were faster. */
const MAX_ROUNDS = 16;

/**
 * The resource of this id, ready: made now, or the one that is there already, also when another caller is just making
 * it. One that is being deleted is waited for and made anew. One that could not be made is taken out of the catalog
 * again, and the agent's reason thrown; a leftover of that kind does not stand in the way.
 */
export async function ensureCreated<R extends Made>(
  collection: Collection<R>,
  id: string,
  creation: Creation<R>,
  asking: Creating,
  call: Call,
): Promise<R> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    // Most are new, so nothing is read before the catalog says that the id is taken.
    const created = await tryCreate(collection, id, creation, asking, call);
    if (created !== undefined) return created;
    const present = await collection.find(id);
    if (present === undefined) continue;
    const { check, checkPlace, refused } = creation;
    // What was asked for by a caller that ended before it could tell.
    const isUntold = refused !== undefined && present.spec.desired === 'Present' && isFailed(present);
    if (!isUntold && (await isOutOfTheWay(collection, present, asking, call))) continue;
    check(present);
    if (checkPlace !== undefined && !(await checkPlace(present))) continue;
    const made = await awaitReady(collection, id, asking, call, refused);
    // Another caller may have written it only just now.
    await collection.durable();
    return made;
  }
  throw new VolumeError('Aborted', `${id} is being made and removed by too many callers at once; try again`);
}

/** True when the resource was not to stay, and the caller is to look again. */
async function isOutOfTheWay<R extends Requested>(
  collection: Collection<R>,
  present: R,
  asking: Asking,
  call: Call,
): Promise<boolean> {
  const isDoomed = present.spec.desired === 'Absent';
  if ((isDoomed || !present.status.ready) && (await removeLost(collection, present, asking))) return true;
  if (isDoomed) await outwaitDeletion(collection, present, asking, call);
  else if (isFailed(present)) await removeUnchanged(collection, present);
  else return false;
  return true;
}

/** A refused deletion ends here too: whoever asked for it may have died before it could take its request back. */
async function outwaitDeletion<R extends Requested>(
  collection: Collection<R>,
  doomed: R,
  asking: Asking,
  call: Call,
): Promise<void> {
  const { uuid } = doomed.spec;
  const isDecided = (now: R | undefined): boolean =>
    now?.spec.uuid !== uuid || now.spec.desired === 'Present' || isSettled(now);
  const left = await awaitAgent(collection, doomed.id, isDecided, asking, call);
  if (left?.spec.uuid === uuid) await takeBackDeletion(collection, doomed.id, left.spec.revision);
}

function isFailed(resource: Requested): boolean {
  return !resource.status.ready && isSettled(resource);
}
