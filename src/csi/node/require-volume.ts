import { VolumeError } from '../../domain/errors.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { VolumeRecord } from '../../pool/record.ts';
import type { NodeDeps } from './deps.ts';
import { called } from './words.ts';

/**
 * The volume's record, from the pool on this node. A volume that was deleted and made again has the same id and another
 * uuid; `volumeContext` carries the one that the caller knows. Throws NotFound, and Unavailable while a pool that may
 * have the volume is not open.
 */
export async function requireVolume(
  { pools, nodeName }: NodeDeps,
  id: string,
  volumeContext: Readonly<Record<string, string>> = {},
): Promise<FoundVolume> {
  const expected = volumeContext['uuid'];
  const found = await pools.find(id, expected);
  if (found === undefined) {
    const [problem] = pools.problems();
    if (problem !== undefined) {
      throw new VolumeError('Unavailable', `pool ${problem[0]} is not open, try again later: ${problem[1]}`);
    }
    throw new VolumeError('NotFound', `volume ${id} is not on node ${nodeName}`);
  }
  refuseOlder(found.record, volumeContext);
  return found;
}

/** Throws NotFound when the caller knows an older volume of the same id. */
export function refuseOlder(
  { id, uuid }: { readonly id: string; readonly uuid: string },
  volumeContext: Readonly<Record<string, string>>,
): void {
  const expected = volumeContext['uuid'];
  if (expected === undefined || expected === uuid) return;
  const message = `volume ${id} was deleted and made again (uuid ${uuid}, not ${expected}): ask the controller for it anew`;
  throw new VolumeError('NotFound', message);
}

/** An ephemeral volume is its pod's alone, and is never staged. */
export function refuseEphemeral(record: VolumeRecord): void {
  if (record.ephemeral === undefined) return;
  throw new VolumeError(
    'FailedPrecondition',
    `${called(record)} belongs to its pod alone: it can be used by nobody else`,
  );
}
