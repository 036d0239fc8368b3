import { VolumeError } from '../../domain/errors.ts';
import type { PoolResource } from '../../domain/pool.ts';
import type { SourceFacts } from './content-source.ts';
import type { VolumeWish } from './volume-wish.ts';

/** CSI 1.13, CreateVolume: a source that does not suit the request is InvalidArgument. */
export function checkSource(source: SourceFacts, { shape, parameters, source: given }: VolumeWish): void {
  const what = parameters.template === undefined ? `source ${given?.id ?? ''}` : `template "${parameters.template}"`;
  if (source.volumeMode !== shape.volumeMode) {
    throw new VolumeError('InvalidArgument', `${what} is a ${source.volumeMode} volume, and so is a copy of it`);
  }
  if (shape.fsType !== undefined && shape.fsType !== source.fsType) {
    const has = source.fsType ?? 'no filesystem';
    throw new VolumeError('InvalidArgument', `${what} has ${has}, and so has a copy of it, not ${shape.fsType}`);
  }
}

/** Throws OutOfRange: a copy has the filesystem of its source, which has that one's size until it grows. */
export function refuseLargerCopy(fsType: string | undefined, size: number, sourceSize: number): void {
  if (size <= sourceSize) return;
  const message = `filesystem ${String(fsType)} cannot grow, so a copy has the ${sourceSize} bytes of its source: ask for no more`;
  throw new VolumeError('OutOfRange', message);
}

/** A copy shares its blocks with its source, so it lives in the same pool. */
export function poolOfSource(
  pools: readonly PoolResource[],
  source: SourceFacts,
  poolName: string | undefined,
): readonly PoolResource[] {
  const own = pools.filter(({ id }) => id === source.pool);
  const [pool] = own;
  if (pool === undefined) {
    throw new VolumeError('FailedPrecondition', `the source is lost: its pool ${source.pool} is gone with its node`);
  }
  if (poolName !== undefined && pool.spec.name !== poolName) {
    throw new VolumeError(
      'InvalidArgument',
      `the source is in pool ${pool.spec.name}: a copy cannot be in ${poolName}`,
    );
  }
  return own;
}
