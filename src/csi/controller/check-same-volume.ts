import { isDeepStrictEqual } from 'node:util';
import { VolumeError } from '../../domain/errors.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Volume, VolumeSpec } from '../../domain/volume.ts';
import { withMutable } from './mutable-parameters.ts';
import type { VolumeWish } from './volume-wish.ts';
import { defaultFsType } from './volume-shape.ts';

/** Throws AlreadyExists, naming each difference, when the volume of this name is not what is asked for. */
export function checkSameVolume(volume: Volume, wish: VolumeWish): void {
  refuseDifferences(wish.name, differencesOf(volume, wish));
}

/** Throws AlreadyExists when there is any. */
export function refuseDifferences(name: string, found: Iterable<string>): void {
  const differences = [...found];
  if (differences.length === 0) return;
  const message = `volume "${name}" exists, but ${differences.join(', and ')}: choose another name`;
  throw new VolumeError('AlreadyExists', message);
}

/** How the parameters of a volume, of any kind, differ from those that are asked for. */
export function* parameterDifferences(
  spec: VolumeSpec,
  { rawParameters, mutable }: Pick<VolumeWish, 'rawParameters' | 'mutable'>,
): Generator<string> {
  const { populatedFrom, ...others } = spec.parameters;
  const { populatedFrom: wantedSource, ...wanted } = rawParameters;
  if (populatedFrom !== wantedSource) {
    yield populatedFrom === undefined ? 'it was not filled from a source' : `it was filled from ${populatedFrom}`;
  }
  if (!isDeepStrictEqual(others, wanted)) yield 'it was made with other parameters';
  if (!isDeepStrictEqual(withMutable(spec, mutable), withMutable(spec, { tags: {} }))) {
    yield 'its mutable parameters are others';
  }
}

function* differencesOf({ spec }: Volume, wish: VolumeWish): Generator<string> {
  const { range, shape, source } = wish;
  if (spec.size < range.required) {
    yield `its size is ${formatSize(spec.size)}, less than the ${formatSize(range.required)} required`;
  }
  if (spec.size > range.limit)
    yield `its size is ${formatSize(spec.size)}, above the limit of ${formatSize(range.limit)}`;
  if (spec.volumeMode !== shape.volumeMode) yield `it is a ${spec.volumeMode} volume, not ${shape.volumeMode}`;
  else if (!hasFsType(spec.fsType, wish)) yield `it has ${spec.fsType ?? 'no filesystem'}`;
  yield* parameterDifferences(spec, wish);
  if (spec.source?.kind !== source?.kind || spec.source?.id !== source?.id) {
    yield spec.source === undefined ? 'it was made empty' : `it was made from ${spec.source.kind} ${spec.source.id}`;
  }
}

/** A copy has its source's filesystem when none is asked for. */
function hasFsType(present: string | undefined, { shape, source }: VolumeWish): boolean {
  if (shape.volumeMode === 'Block' || (shape.fsType === undefined && source !== undefined)) return true;
  return present === (shape.fsType ?? defaultFsType);
}
