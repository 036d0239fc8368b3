import type { Collection } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { isSettled } from '../../domain/resource.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent, failureOf, type Requested } from './await-agent.ts';
import type { Asking } from './deps.ts';
import { removeUnchanged } from './request-deletion.ts';

/** Waits until the agent has made the resource that is there. Throws as `awaitAgent`, and what the agent could not do. */
export async function awaitReady<R extends Requested>(
  collection: Collection<R>,
  id: string,
  asking: Asking,
  call: Call,
  refused?: (why: VolumeError) => Promise<void>,
): Promise<R> {
  return await requireReady(collection, id, await awaitAgent(collection, id, isMade, asking, call), refused);
}

/** Made, or decided that it will not be. */
export function isMade(now: Requested | undefined): boolean {
  return now === undefined || now.status.ready || now.spec.desired === 'Absent' || isSettled(now);
}

/** Throws why it was not made; then it is out of the catalog again, and `refused` was told before. */
export async function requireReady<R extends Requested>(
  collection: Collection<R>,
  id: string,
  made: R | undefined,
  refused?: (why: VolumeError) => Promise<void>,
): Promise<R> {
  if (made === undefined || made.spec.desired === 'Absent') {
    throw new VolumeError('Aborted', `${id} was deleted while it was made; try again`);
  }
  if (made.status.ready) return made;
  const why = failureOf(made) ?? new VolumeError('Internal', `${id} was not made, and the agent does not say why`);
  await refused?.(why);
  // Of several callers who see the failure one removes it; a resource that was made again since then stays.
  await removeUnchanged(collection, made);
  throw why;
}
