import { VolumeError } from '../../../domain/errors.ts';
import { discardImage } from '../../../pool/delete-volume.ts';
import { imageUsage } from '../../../pool/image-usage.ts';
import { imageDirectory } from '../../../pool/layout.ts';
import type { FoundVolume } from '../../../pool/pool-set.ts';
import { requirePresent } from '../../../pool/presence.ts';
import type { NodeDeps } from '../deps.ts';
import { idleDevices } from '../plan-staging.ts';
import { releaseLoops } from '../release-loops.ts';

/**
 * Deletes an ephemeral volume that is unmounted, wherever it is; gone already is fine. Needs no record: nothing else has
 * an id of this kind. The lock must be held. Throws FailedPrecondition naming what holds the image, Unavailable when the
 * volume is not found and may be in a pool that is not there.
 */
export async function discardEphemeral({ pools }: Pick<NodeDeps, 'pools'>, id: string): Promise<void> {
  let isFound = false;
  for (const pool of pools.all()) {
    if ((await pool.host.files.stat(imageDirectory(pool, id))) === undefined) continue;
    isFound = true;
    await discardImage(pool, id, 'ephemeral');
  }
  if (isFound) return;
  for (const pool of pools.all()) await requirePresent(pool);
  const [problem] = pools.problems();
  if (problem === undefined) return;
  const [name, why] = problem;
  throw new VolumeError(
    'Unavailable',
    `volume ${id} may be in pool ${name}, which is not open, try again later: ${why}`,
  );
}

/** Deletes the volume of a publish that has failed. Never throws: why it has failed matters more. The lock must be held. */
export async function discardFailed({ pool, record: { id, uuid } }: FoundVolume): Promise<void> {
  try {
    await releaseLoops(pool.host, idleDevices(await imageUsage(pool, id)));
    await discardImage(pool, id, uuid);
  } catch (error) {
    pool.log.error({ volumeId: id, err: error }, 'ephemeral volume of a failed publish is kept');
  }
}
