import type { Volume } from '../../../domain/volume.ts';
import { parameterDifferences, refuseDifferences } from '../check-same-volume.ts';
import type { ManagedWish } from './managed-wish.ts';

/** Throws AlreadyExists, naming each difference, when the volume of this name is not the managed one that is asked for. */
export function checkSameManaged(volume: Volume, wish: ManagedWish): void {
  refuseDifferences(wish.name, differencesOf(volume, wish));
}

function* differencesOf({ spec }: Volume, wish: ManagedWish): Generator<string> {
  if (spec.managed === undefined) yield 'it is no managed volume';
  else if (spec.managed.hostPath !== wish.managed.hostPath) yield `it is the directory ${spec.managed.hostPath}`;
  yield* parameterDifferences(spec, wish);
}
