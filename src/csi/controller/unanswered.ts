import { modify } from '../../catalog/modify.ts';
import { VolumeError, type Reason } from '../../domain/errors.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Asking } from './deps.ts';

/** What makes an orchestrator call again, since the volume may still be made. */
const UNDECIDED: readonly Reason[] = ['Aborted', 'Cancelled', 'DeadlineExceeded'];

/** Whether somebody may have been told that the volume is there: only then can it hold anything. */
export function isAnswered({ spec, status }: Volume): boolean {
  return status.ready && spec.unanswered === undefined;
}

/**
 * Runs a creation, and notes on the volume when it ends undecided: whoever is told of the volume later takes the note away
 * first. A volume that became ready meanwhile gets none, since another call may be answering with it now.
 */
export async function notingUnanswered<T>(id: string, { catalog }: Asking, create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof VolumeError && UNDECIDED.includes(error.reason)) {
      // Without the note it only stays where it is.
      await modify(catalog.volumes, id, noted).catch(() => undefined);
    }
    throw error;
  }
}

/** To be called before the volume is answered with. Throws Aborted when it was given up at this moment. */
export async function takeNoteAway(volume: Volume, { catalog }: Asking): Promise<Volume> {
  if (volume.spec.unanswered === undefined) return volume;
  const { id, spec } = volume;
  const left = await modify(catalog.volumes, id, (now) => {
    const isSame = now.spec.uuid === spec.uuid && now.spec.desired === 'Present';
    if (!isSame) throw new VolumeError('Aborted', `${id} is being made in another place; try again`);
    return now.spec.unanswered === true ? { ...now.spec, unanswered: undefined } : undefined;
  });
  if (left === undefined) throw new VolumeError('Aborted', `${id} was given up at this moment; try again`);
  return left;
}

function noted({ spec, status }: Volume): Volume['spec'] | undefined {
  if (status.ready || spec.desired === 'Absent' || spec.unanswered === true) return undefined;
  return { ...spec, unanswered: true };
}
