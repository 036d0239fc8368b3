import { VolumeError } from '../../domain/errors.ts';
import type { PoolResource } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Call } from '../server/unary.ts';
import type { Asking } from './deps.ts';
import { findPool } from './find-pool.ts';
import { giveUpVolume } from './give-up-volume.ts';
import { nodesFor } from './pool-nodes.ts';
import { isReachable, type Placement } from './topology-request.ts';
import { isAnswered } from './unanswered.ts';

export interface Place {
  readonly placement: Placement;
  /** Throws what would be thrown if the volume were not there: then no better place is to be had. */
  readonly plan: () => Promise<unknown>;
}

/**
 * Whether a volume that is there already can stay where it is. Pods move between two calls with one name: then one that
 * nobody was told of is given up where it cannot be reached, or where nobody acts for it now, and false returned; it is
 * made anew elsewhere, and nothing stays behind. Throws AlreadyExists for one that somebody may have been told of.
 */
export async function canStay(volume: Volume, place: Place, asking: Asking, call: Call): Promise<boolean> {
  const pool = await findPool(asking.catalog, volume.spec.pool);
  const isAtHand = pool !== undefined && isReachable(nodesFor(volume.spec, pool.spec.nodes), place.placement);
  if (isAnswered(volume)) {
    if (isAtHand) return true;
    throw outOfReach(volume, pool);
  }
  // Nobody can make it there at this moment; where it would come to is asked first, so that it is not given up in vain.
  if (isAtHand && !(isSilent(pool, asking) && (await isPossible(place.plan)))) return true;
  await giveUpVolume(volume, pool, asking, call);
  return false;
}

function isSilent(pool: PoolResource, { now }: Asking): boolean {
  return silentSince(pool, now()) !== undefined;
}

async function isPossible(plan: () => Promise<unknown>): Promise<boolean> {
  try {
    await plan();
    return true;
  } catch (error) {
    if (error instanceof VolumeError) return false;
    throw error;
  }
}

function outOfReach({ id, spec }: Volume, pool: PoolResource | undefined): VolumeError {
  const what = `volume "${spec.name}" exists`;
  if (pool === undefined) {
    const step = `to make it anew: kubectl delete volumes.tome.storage ${id}`;
    return new VolumeError('AlreadyExists', `${what}, but its pool ${spec.pool} is gone with its node; ${step}`);
  }
  const where = `is reached from node ${nodesFor(spec, pool.spec.nodes).join(', ')} and none of those asked for`;
  return new VolumeError('AlreadyExists', `${what}, but ${where}: choose another name`);
}
