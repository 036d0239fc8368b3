import { isDeepStrictEqual } from 'node:util';
import { VolumeError } from '../../../domain/errors.ts';
import type { Volume } from '../../../domain/volume.ts';
import { withMutable } from '../mutable-parameters.ts';
import type { ManagedWish } from './managed-wish.ts';

/** Throws AlreadyExists, naming each difference, when the volume of this name is not the managed one that is asked for. */
export function checkSameManaged(volume: Volume, wish: ManagedWish): void {
  const differences = [...differencesOf(volume, wish)];
  if (differences.length === 0) return;
  throw new VolumeError(
    'AlreadyExists',
    `volume "${wish.name}" exists, but ${differences.join(', and ')}: choose another name`,
  );
}

function* differencesOf({ spec }: Volume, { managed, rawParameters, mutable }: ManagedWish): Generator<string> {
  if (spec.managed === undefined) yield 'it is no managed volume';
  else if (spec.managed.hostPath !== managed.hostPath) yield `it is the directory ${spec.managed.hostPath}`;
  if (!isDeepStrictEqual(spec.parameters, rawParameters)) yield 'it was made with other parameters';
  if (!isDeepStrictEqual(withMutable(spec, mutable), withMutable(spec, { tags: {} }))) {
    yield 'its mutable parameters are others';
  }
}
