import { VolumeError } from './errors.ts';
import { isBelow } from './managed-path.ts';
import { nameOfVolume } from './volume-name.ts';
import type { Volume } from './volume.ts';

/** What of a volume says which directory it is, and whose. */
export interface ManagedOwner {
  readonly id: string;
  readonly spec: Pick<Volume['spec'], 'name' | 'claim'>;
  readonly hostPath: string;
}

/**
 * Each host directory is one volume: the error for a second one on the same directory, or on one above or below it.
 * `own` and `other` are the directories' paths within their filesystem, which a bind mount does not hide.
 */
export function overlapError(hostPath: string, first: ManagedOwner, own: string, other: string): VolumeError {
  const { id, spec } = first;
  const owner = spec.claim === undefined ? `volume "${spec.name}" (${id})` : nameOfVolume(first);
  const step = 'choose another directory, or use that volume';
  if (own === other) {
    const through = hostPath === first.hostPath ? '' : `, as ${first.hostPath}`;
    return refusal(`the directory ${hostPath} is ${owner} already${through}: ${step}`);
  }
  const where = isBelow(own, other) ? 'below' : 'above';
  return refusal(`the directory ${hostPath} is ${where} ${first.hostPath}, which is ${owner}: ${step}`);
}

function refusal(message: string): VolumeError {
  return new VolumeError('FailedPrecondition', message);
}
