import { VolumeError } from '../../../domain/errors.ts';
import { rootItself, rootOf } from '../../../domain/managed-path.ts';
import { isManagedPool, sharedManagedPoolId, type PoolResource } from '../../../domain/pool.ts';
import { silentSince } from '../../../domain/silence.ts';
import { isReachable, type Placement } from '../topology-request.ts';

export interface DirectoryWish {
  readonly hostPath: string;
  readonly sharing: 'one' | 'many';
  readonly placement: Placement;
  /** What the agents of pools have said that do not have the directory, by the ids of the pools. */
  readonly answers: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Where to look for the directory next: in the pool on the most preferred node of those that have a root above it and
 * have not said that they do not have it. Throws FailedPrecondition when managed volumes are off and when no node has the
 * directory, InvalidArgument when no root is above it, ResourceExhausted when only nodes have it that are out of reach,
 * since csi-provisioner then has the scheduler choose another one, and Unavailable when one that may have it cannot be asked.
 */
export function chooseManagedPool(pools: readonly PoolResource[], wish: DirectoryWish): PoolResource {
  const places = pools.filter(isManagedPool);
  if (places.length === 0) {
    const message = 'managed volumes are off: no node has managedRoots in its configuration';
    throw new VolumeError('FailedPrecondition', message);
  }
  const covering = places.filter((pool) => covers(pool, wish));
  if (covering.length === 0) throw noRoot(places, wish);

  const near = covering.filter(({ spec }) => isReachable(spec.nodes, wish.placement));
  const unasked = near.filter(({ id }) => !wish.answers.has(id));
  const [best] = unasked.filter((pool) => isUsable(pool, wish)).sort((a, b) => rank(a, wish) - rank(b, wish));
  if (best !== undefined) return best;

  const said = near.map((pool) => `${nameOf(pool)} ${wish.answers.get(pool.id) ?? stateOf(pool, wish)}`);
  const what = `no node that can be used has the directory ${wish.hostPath}`;
  if (unasked.length > 0) throw new VolumeError('Unavailable', `${what}: ${said.join('; ')}`);
  const far = covering.filter((pool) => !near.includes(pool));
  if (far.length === 0) throw new VolumeError('FailedPrecondition', `${what}: ${said.join('; ')}`);
  const others = far.map((pool) => `${nameOf(pool)} has a root above it and is not among the nodes asked for`);
  throw new VolumeError('ResourceExhausted', `${what}: ${[...said, ...others].join('; ')}`);
}

/** What many nodes share is one place, and not a directory of each of them. */
function covers({ id, spec }: PoolResource, { hostPath, sharing }: DirectoryWish): boolean {
  const root = rootOf(hostPath, spec.managedRoots ?? []);
  if (root === undefined) return false;
  return id === sharedManagedPoolId ? sharing === 'many' : !(sharing === 'many' && root.shared);
}

function rank({ spec }: PoolResource, { placement: { preferred } }: DirectoryWish): number {
  const index = preferred.findIndex((node) => spec.nodes.includes(node));
  return index === -1 ? preferred.length : index;
}

function isUsable(pool: PoolResource, { now }: DirectoryWish): boolean {
  return pool.status.ready && silentSince(pool, now) === undefined;
}

function stateOf(pool: PoolResource, { now }: DirectoryWish): string {
  const since = silentSince(pool, now);
  if (since !== undefined) return `has not answered since ${since}`;
  const messages = pool.status.conditions.map(({ message }) => message);
  return ['is not ready', ...messages].join(': ');
}

function nameOf({ id, spec }: PoolResource): string {
  return id === sharedManagedPoolId ? `what nodes share (${spec.nodes.join(', ')})` : `node ${spec.agent}`;
}

function noRoot(places: readonly PoolResource[], { hostPath }: DirectoryWish): VolumeError {
  const roots = new Set(places.flatMap(({ spec }) => (spec.managedRoots ?? []).map(({ path }) => path)));
  if (roots.has(hostPath)) throw rootItself(hostPath);
  const message = `hostPath ${hostPath} is not beneath a managed root: there are ${[...roots].join(', ')}`;
  return new VolumeError('InvalidArgument', message);
}
