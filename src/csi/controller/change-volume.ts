import type { Collection } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { VolumeError } from '../../domain/errors.ts';
import { isSettled } from '../../domain/resource.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent, failureOf, type Requested } from './await-agent.ts';
import type { Asking } from './deps.ts';
import { requireFound, requireReady } from './find-resource.ts';

interface Change<R extends Requested> {
  /** The spec to ask for, or undefined when there is nothing to ask. Runs again when another caller was faster. */
  readonly ask: (resource: R) => R['spec'] | undefined;
  /** Whether a resource that the agent has answered for is what was asked for. */
  readonly isDone: (resource: R) => boolean;
  /** The spec without what was asked for in vain, so that no later request brings it back; undefined when it is not in it. */
  readonly undo: (resource: R, asked: R['spec']) => R['spec'] | undefined;
}

export type VolumeChange = Change<Volume>;

/** As `changeResource`, of a volume. */
export function changeVolume(asking: Asking, id: string, change: VolumeChange, call: Call): Promise<Volume> {
  return changeResource(asking.catalog.volumes, { id, what: `volume ${id}` }, change, asking, call);
}

/**
 * Asks the agent for a change of what is ready, once it has answered all requests before, and waits for the answer. When
 * the agent cannot, the change is undone in the catalog and its reason thrown. Safe to repeat: a change that was made
 * meanwhile leaves nothing to ask. Throws NotFound, and Aborted when another caller's failure undid this one's request.
 */
export async function changeResource<R extends Requested>(
  collection: Collection<R>,
  { id, what }: { readonly id: string; readonly what: string },
  change: Change<R>,
  asking: Asking,
  call: Call,
): Promise<R> {
  const asked = await askWhenSettled(collection, { id, what }, change, asking, call);
  if (isSettled(asked)) return asked;

  const { revision, uuid } = asked.spec;
  const isAnswered = (now: R | undefined): boolean =>
    now?.spec.uuid !== uuid || now.status.observedRevision >= revision;
  const answered = requireFound(await awaitAgent(collection, id, isAnswered, asking, call), what);
  const failure = failureOf(answered);
  if (failure !== undefined) {
    await modify(collection, id, (now) => change.undo(now, asked.spec));
    throw failure;
  }
  if (!change.isDone(answered)) throw new VolumeError('Aborted', `${what} was changed by another call; try again`);
  return answered;
}

/** The resource as it is asked for; settled when there was nothing to ask. */
async function askWhenSettled<R extends Requested>(
  collection: Collection<R>,
  { id, what }: { readonly id: string; readonly what: string },
  { ask }: Change<R>,
  asking: Asking,
  call: Call,
): Promise<R> {
  for (;;) {
    const before = { isSettled: true };
    const asked = await modify(collection, id, (resource) => {
      before.isSettled = isSettled(requireReady(resource));
      const spec = before.isSettled ? ask(resource) : undefined;
      return spec && { ...spec, revision: resource.spec.revision + 1 };
    });
    const resource = requireFound(asked, what);
    if (before.isSettled) return resource;
    await awaitAgent(collection, id, (now) => now === undefined || isSettled(now), asking, call);
  }
}
