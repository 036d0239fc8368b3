import type { LoopDevice } from '../../host/host.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { NodeDeps } from './deps.ts';

/** Before devices are let go of: the limits on their I/O would outlive them. Never throws. */
export async function liftLimits({ pools }: Pick<NodeDeps, 'pools'>, devices: readonly LoopDevice[]): Promise<void> {
  for (const { ioLimiter } of pools.all()) await ioLimiter.lift(devices);
}

/** Runs `unmount` with the limits lifted; when it fails, the volume has them again. */
export async function withoutLimits(
  deps: Pick<NodeDeps, 'pools' | 'log'>,
  volume: FoundVolume | undefined,
  devices: readonly LoopDevice[],
  unmount: () => Promise<void>,
): Promise<void> {
  await liftLimits(deps, devices);
  try {
    await unmount();
  } catch (error) {
    if (volume !== undefined) await limitAgain(deps, volume, devices);
    throw error;
  }
}

/** Why it could not be unmounted matters more. */
async function limitAgain(
  { log }: Pick<NodeDeps, 'log'>,
  { pool, record }: FoundVolume,
  devices: readonly LoopDevice[],
): Promise<void> {
  try {
    for (const device of devices) await pool.ioLimiter.attached(pool, record, device);
  } catch (error) {
    log.error({ volumeId: record.id, err: error }, 'volume is still staged, and its I/O not limited any more');
  }
}
