import type { Volume } from './volume.ts';

/** A volume as a person knows it: by its claim and PersistentVolume, and by its id where no claim is known. */
export function nameOfVolume({
  id,
  spec,
}: {
  readonly id: string;
  readonly spec: Pick<Volume['spec'], 'name' | 'claim'>;
}): string {
  return spec.claim === undefined ? `volume ${id}` : `volume ${spec.name} of claim ${spec.claim}`;
}
