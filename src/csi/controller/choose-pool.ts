import { messageOf, VolumeError } from '../../domain/errors.ts';
import { hasImages, type PoolResource } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import { formatSize } from '../../domain/sizes.ts';
import { isReachable, type Placement } from './topology-request.ts';

export interface PoolWish {
  /** As a StorageClass gives it; undefined when any pool will do. */
  readonly poolName: string | undefined;
  readonly placement: Placement;
  /** Bytes the volume would have in this pool. Throws OutOfRange when it cannot be in it. */
  readonly sizeIn: (pool: PoolResource) => number;
  /** False for a volume that takes no room in the pool. */
  readonly isPromised: boolean;
  /** Whether the volume's I/O is limited. */
  readonly isLimited?: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface PoolChoice {
  readonly pool: PoolResource;
  /** Bytes. */
  readonly size: number;
}

/**
 * The pool on the most preferred node, and of those the one with the most room; one whose agent is silent takes nothing.
 * Throws InvalidArgument for an unknown pool name, Unavailable when no pool works now, OutOfRange when the size fits none,
 * and ResourceExhausted, with what is free where, when no pool that can be reached has room: csi-provisioner then has the
 * scheduler choose another node (its checkError, for a claim that waits for its first consumer).
 */
export function choosePool(pools: readonly PoolResource[], wish: PoolWish): PoolChoice {
  const named = poolsNamed(pools, wish.poolName);
  const isUsable = (pool: PoolResource): boolean => pool.status.ready && silentSince(pool, wish.now) === undefined;
  const isOutOfReach = named.length > 0 && !named.some((pool) => isReachable(pool.spec.nodes, wish.placement));
  if (!isOutOfReach && !named.some(isUsable)) throw noneReady(named, wish.now);

  if (wish.isLimited && !isOutOfReach) refuseUnlimiting(named, wish.placement);
  const misfits: VolumeError[] = [];
  const choices: PoolChoice[] = [];
  for (const pool of named) {
    if (!isUsable(pool) || !isReachable(pool.spec.nodes, wish.placement)) continue;
    if (wish.isLimited && pool.status.ioLimits !== true) continue;
    try {
      choices.push({ pool, size: wish.sizeIn(pool) });
    } catch (error) {
      if (!(error instanceof VolumeError && error.reason === 'OutOfRange')) throw error;
      misfits.push(error);
    }
  }
  const [misfit] = misfits;
  if (choices.length === 0 && misfit !== undefined) throw misfit;

  const roomy = choices.filter(({ pool, size }) => !wish.isPromised || size <= pool.status.available);
  const [best] = roomy.sort((a, b) => compare(a.pool, b.pool, wish.placement));
  if (best === undefined) throw noRoom(named, wish);
  return best;
}

/**
 * Throws when no pool that is reached is on a node that can limit I/O: ResourceExhausted where another one could, so that
 * the scheduler chooses another node, else FailedPrecondition.
 */
function refuseUnlimiting(pools: readonly PoolResource[], placement: Placement): void {
  const canLimit = (pool: PoolResource): boolean => pool.status.ioLimits === true;
  const reached = pools.filter((pool) => hasImages(pool) && isReachable(pool.spec.nodes, placement));
  if (reached.some(canLimit)) return;
  const whys = reached.map(({ id, status }) => `${id}: ${status.ioLimitsProblem ?? 'its agent is too old to say'}`);
  const message = `no node can keep the volume to limits on its I/O (readIops, writeIops, readBandwidth, writeBandwidth); ${whys.join('; ')}`;
  throw new VolumeError(pools.some(canLimit) ? 'ResourceExhausted' : 'FailedPrecondition', message);
}

/** Throws InvalidArgument when there are pools, but none of this name. */
function poolsNamed(pools: readonly PoolResource[], name: string | undefined): readonly PoolResource[] {
  if (name === undefined) return pools;
  const named = pools.filter((pool) => pool.spec.name === name);
  if (named.length > 0 || pools.length === 0) return named;
  const known = [...new Set(pools.map((pool) => pool.spec.name))].join(', ');
  throw new VolumeError('InvalidArgument', `there is no pool ${name}: known are ${known}`);
}

function compare(a: PoolResource, b: PoolResource, placement: Placement): number {
  return rank(a, placement) - rank(b, placement) || b.status.available - a.status.available;
}

/** Lower is better; pools on no preferred node come last. */
function rank({ spec }: PoolResource, { preferred }: Placement): number {
  const index = preferred.findIndex((node) => spec.nodes.includes(node));
  return index === -1 ? preferred.length : index;
}

function noneReady(pools: readonly PoolResource[], now: number): VolumeError {
  const states = pools.map((pool) => `${pool.id} ${unusable(pool, now)}`);
  const detail = states.length === 0 ? 'no node has registered one yet' : states.join('; ');
  return new VolumeError('Unavailable', `no pool can be used now: ${detail}`);
}

function noRoom(pools: readonly PoolResource[], wish: PoolWish): VolumeError {
  const states = pools.map((pool) => `${pool.id} ${stateFor(pool, wish)}`);
  return new VolumeError('ResourceExhausted', `no pool can take the volume: ${states.join('; ')}`);
}

function stateFor(pool: PoolResource, { placement, sizeIn, now, isLimited }: PoolWish): string {
  if (!isReachable(pool.spec.nodes, placement)) return 'is not reached by the nodes asked for';
  if (!pool.status.ready || silentSince(pool, now) !== undefined) return unusable(pool, now);
  if (isLimited && pool.status.ioLimits !== true) return 'is on a node that cannot limit I/O';
  try {
    return `has ${formatSize(pool.status.available)} free of the ${formatSize(sizeIn(pool))} needed`;
  } catch (error) {
    return `does not fit: ${messageOf(error)}`;
  }
}

function unusable(pool: PoolResource, now: number): string {
  const since = silentSince(pool, now);
  if (since !== undefined) return `is silent: its node ${pool.spec.agent} has not answered since ${since}`;
  return `is not ready${conditionsOf(pool)}`;
}

function conditionsOf({ status }: PoolResource): string {
  const messages = status.conditions.map(({ message }) => message);
  return messages.length === 0 ? '' : ` (${messages.join(', ')})`;
}
