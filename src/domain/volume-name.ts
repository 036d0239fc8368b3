import type { DomainEvent } from './event.ts';
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

/** As csi-provisioner names volumes: the uid of the claim behind a prefix. */
const UID_IN_NAME = /-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A volume as what an event is about. */
export function aboutVolume({
  id,
  spec,
}: {
  readonly id: string;
  readonly spec: Pick<Volume['spec'], 'name' | 'claim'>;
}): DomainEvent['about'] {
  return { kind: 'Volume', id, claim: spec.claim, claimUid: UID_IN_NAME.exec(spec.name)?.[1] };
}
