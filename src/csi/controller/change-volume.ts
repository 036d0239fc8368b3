import { modify } from '../../catalog/modify.ts';
import { VolumeError } from '../../domain/errors.ts';
import { isSettled } from '../../domain/resource.ts';
import type { Volume, VolumeSpec } from '../../domain/volume.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent, failureOf } from './await-agent.ts';
import type { Asking } from './deps.ts';
import { requireFound, requireReady } from './find-resource.ts';

export interface VolumeChange {
  /** The spec to ask for, or undefined when there is nothing to ask. Runs again when another caller was faster. */
  readonly ask: (volume: Volume) => VolumeSpec | undefined;
  /** Whether a volume that the agent has answered for is what was asked for. */
  readonly isDone: (volume: Volume) => boolean;
  /** The spec without what was asked for in vain, so that no later request brings it back; undefined when it is not in it. */
  readonly undo: (volume: Volume, asked: VolumeSpec) => VolumeSpec | undefined;
}

/**
 * Asks the agent for a change of a volume that is ready, once it has answered all requests before, and waits for the
 * answer. When the agent cannot, the change is undone in the catalog and its reason thrown. Safe to repeat: a change
 * that was made meanwhile leaves nothing to ask. Throws Aborted when another caller's failure undid this one's request.
 */
export async function changeVolume(asking: Asking, id: string, change: VolumeChange, call: Call): Promise<Volume> {
  const { volumes } = asking.catalog;
  const asked = await askWhenSettled(asking, id, change, call);
  if (isSettled(asked)) return asked;

  const { revision, uuid } = asked.spec;
  const isAnswered = (now: Volume | undefined): boolean =>
    now?.spec.uuid !== uuid || now.status.observedRevision >= revision;
  const answered = requireFound(await awaitAgent(volumes, id, isAnswered, asking, call), `volume ${id}`);
  const failure = failureOf(answered);
  if (failure !== undefined) {
    await modify(volumes, id, (now) => change.undo(now, asked.spec));
    throw failure;
  }
  if (!change.isDone(answered)) throw new VolumeError('Aborted', `volume ${id} was changed by another call; try again`);
  return answered;
}

/** The volume as it is asked for; settled when there was nothing to ask. */
async function askWhenSettled(asking: Asking, id: string, { ask }: VolumeChange, call: Call): Promise<Volume> {
  const { volumes } = asking.catalog;
  for (;;) {
    const before = { isSettled: true };
    const asked = await modify(volumes, id, (volume) => {
      before.isSettled = isSettled(requireReady(volume));
      const spec = before.isSettled ? ask(volume) : undefined;
      return spec && { ...spec, revision: volume.spec.revision + 1 };
    });
    const volume = requireFound(asked, `volume ${id}`);
    if (before.isSettled) return volume;
    await awaitAgent(volumes, id, (now) => now === undefined || isSettled(now), asking, call);
  }
}
