import { VolumeError } from './errors.ts';

/** Key of the volume_context by which who fills a volume stages it. */
export const FILLING_CONTEXT = 'populating';

/** Throws FailedPrecondition for a volume that is being filled, or was left half filled: what is in it is not all. */
export function refusePopulating({ id, populating }: { readonly id: string; readonly populating?: true | undefined }) {
  if (populating === undefined) return;
  const message = `volume ${id} is not filled yet: wait until its import has ended, or if that was cut short run it again`;
  throw new VolumeError('FailedPrecondition', message);
}
