import { VolumeError } from '../../../domain/errors.ts';
import { ioLimitNames } from '../../../domain/io-limits.ts';
import { nameOfVolume } from '../../../domain/volume-name.ts';
import type { Volume } from '../../../domain/volume.ts';
import type { MutableParameters } from '../mutable-parameters.ts';

/** Throws InvalidArgument for changes that only a volume with an image can have. */
export function refuseOfManaged({ provisioning, exclusive, ...wanted }: MutableParameters, isShared: boolean): void {
  const limits = ioLimitNames.filter((name) => typeof wanted[name] === 'number');
  if (limits.length > 0) {
    const message = `a managed volume has no device whose I/O could be limited: leave out ${limits.join(', ')}`;
    throw new VolumeError('InvalidArgument', message);
  }
  if (provisioning !== undefined) {
    throw new VolumeError('InvalidArgument', 'a managed volume has no image: leave out the parameter provisioning');
  }
  if (exclusive === true && isShared) {
    throw new VolumeError(
      'InvalidArgument',
      'parameter exclusive excludes sharing: many, which the volume was made with',
    );
  }
}

/** Throws FailedPrecondition for what the directory of a managed volume cannot have. `what`: "snapshots", say. */
export function requireImage(volume: Pick<Volume, 'id' | 'spec'>, what: string): void {
  const { managed } = volume.spec;
  if (managed === undefined) return;
  const why = `is the directory ${managed.hostPath} of its host, as it is: there are no ${what} of it`;
  throw new VolumeError('FailedPrecondition', `${nameOfVolume(volume)} ${why}`);
}

/** Throws FailedPrecondition for a managed volume, which cannot become larger. */
export function requireSize(volume: Pick<Volume, 'id' | 'spec'>): void {
  const { managed } = volume.spec;
  if (managed === undefined) return;
  const why = `is the directory ${managed.hostPath} of its host, and has no size of its own: it cannot be expanded`;
  throw new VolumeError('FailedPrecondition', `${nameOfVolume(volume)} ${why}`);
}
