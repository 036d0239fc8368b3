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

/** Where a managed volume may be. */
export interface ManagedSpot {
  readonly pool: PoolResource;
  /** The one node that is to have it, of those that share the pool. */
  readonly home?: string;
}

interface Candidate extends ManagedSpot {
  readonly nodes: readonly string[];
  /** What must be there for it: the pool, and what tells that the home is alive. */
  readonly needs: readonly PoolResource[];
}

/**
 * Where to look for the directory next: on the most preferred node of those that have a root above it and have not said
 * that they do not have it. Beneath a root that nodes share, one agent answers for all of them; who may have the volume is
 * all of them, or one that has the root. Throws FailedPrecondition when managed volumes are off and when no node has the
 * directory, InvalidArgument when no root is above it, ResourceExhausted when only nodes have it that are out of reach,
 * since csi-provisioner then has the scheduler choose another one, and Unavailable when one that may have it cannot be asked.
 */
export function chooseManagedPool(pools: readonly PoolResource[], wish: DirectoryWish): ManagedSpot {
  const places = pools.filter(isManagedPool);
  if (places.length === 0) {
    const message = 'managed volumes are off: no node has managedRoots in its configuration';
    throw new VolumeError('FailedPrecondition', message);
  }
  const covering = places.flatMap((pool) => candidateOf(pool, places, wish) ?? []);
  if (covering.length === 0) throw noRoot(places, wish);

  const near = covering.filter(({ nodes }) => isReachable(nodes, wish.placement));
  const unasked = near.filter(({ pool }) => !wish.answers.has(pool.id));
  const usable = unasked.filter(({ needs }) => needs.every((pool) => isUsable(pool, wish)));
  const [best] = usable.sort((a, b) => rank(a, wish) - rank(b, wish));
  if (best !== undefined) return best;

  const said = [...new Set(near.map((candidate) => saidBy(candidate, wish)))];
  const what = `no node that can be used has the directory ${wish.hostPath}`;
  if (unasked.length > 0) throw new VolumeError('Unavailable', `${what}: ${said.join('; ')}`);
  const far = covering.filter((candidate) => !near.includes(candidate));
  if (far.length === 0) throw new VolumeError('FailedPrecondition', `${what}: ${said.join('; ')}`);
  const others = far.map(
    ({ nodes }) => `node ${nodes.join(', ')} has a root above it and is not among the nodes asked for`,
  );
  throw new VolumeError('ResourceExhausted', `${what}: ${[...said, ...others].join('; ')}`);
}

/** What many nodes share is one place, and not a directory of each of them: with one home, or with none. */
function candidateOf(pool: PoolResource, places: readonly PoolResource[], wish: DirectoryWish): Candidate | undefined {
  const { hostPath, sharing } = wish;
  const root = rootOf(hostPath, pool.spec.managedRoots ?? []);
  if (root === undefined) return undefined;
  const { nodes } = pool.spec;
  if (pool.id === sharedManagedPoolId) return sharing === 'many' ? { pool, nodes, needs: [pool] } : undefined;
  if (!root.shared) return { pool, nodes, needs: [pool] };
  const shared = places.find(({ id }) => id === sharedManagedPoolId);
  const home = pool.spec.agent;
  // While the node is not among them it has the root no more, or not yet.
  if (sharing === 'many' || shared?.spec.nodes.includes(home) !== true) return undefined;
  return { pool: shared, home, nodes: [home], needs: [shared, pool] };
}

function rank({ nodes }: Candidate, { placement: { preferred } }: DirectoryWish): number {
  const index = preferred.findIndex((node) => nodes.includes(node));
  return index === -1 ? preferred.length : index;
}

function isUsable(pool: PoolResource, { now }: DirectoryWish): boolean {
  return pool.status.ready && silentSince(pool, now) === undefined;
}

function saidBy({ pool, needs }: Candidate, wish: DirectoryWish): string {
  const answer = wish.answers.get(pool.id);
  if (answer !== undefined) return `${nameOf(pool)} ${answer}`;
  return needs
    .filter((needed) => !isUsable(needed, wish))
    .map((needed) => `${nameOf(needed)} ${stateOf(needed, wish)}`)
    .join(', ');
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
  if (
    rootOf(
      hostPath,
      places.flatMap(({ spec }) => spec.managedRoots ?? []),
    ) !== undefined
  ) {
    return new VolumeError(
      'Unavailable',
      `no node has joined those that share the root above ${hostPath} yet: try again`,
    );
  }
  const message = `hostPath ${hostPath} is not beneath a managed root: there are ${[...roots].join(', ')}`;
  return new VolumeError('InvalidArgument', message);
}
