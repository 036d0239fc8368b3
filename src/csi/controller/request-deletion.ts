import type { Collection } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { VolumeError } from '../../domain/errors.ts';
import { isSettled } from '../../domain/resource.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent, failureOf, type Requested } from './await-agent.ts';

/**
 * Asks the agent to delete, and waits until the resource is gone; what is gone already is fine, and a deletion that is
 * under way is joined. `refuse` throws when it must not be deleted; it is asked again whenever the resource changed.
 * When the agent refuses (in use, say) the request is taken back and the agent's reason thrown.
 */
export async function requestDeletion<R extends Requested>(
  collection: Collection<R>,
  id: string,
  refuse: (resource: R) => void,
  call: Call,
): Promise<void> {
  const doomed = await modify(collection, id, (now) => {
    if (now.spec.desired === 'Absent' && !isSettled(now)) return undefined;
    refuse(now);
    return { ...now.spec, desired: 'Absent' as const, revision: now.spec.revision + 1 };
  });
  if (doomed === undefined) return;

  const { revision, uuid } = doomed.spec;
  const isAnswered = (now: R | undefined): boolean =>
    now?.spec.uuid !== uuid || now.status.observedRevision >= revision;
  const left = await awaitAgent(collection, id, isAnswered, call);
  if (left?.spec.uuid !== uuid) return;

  await takeBackDeletion(collection, id, revision);
  throw failureOf(left) ?? new VolumeError('Aborted', `the deletion of ${id} was taken back; try again`);
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
