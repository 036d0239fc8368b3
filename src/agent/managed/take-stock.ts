import { modify } from '../../catalog/modify.ts';
import { messageOf } from '../../domain/errors.ts';
import { overlaps, rootOf } from '../../domain/managed-path.ts';
import { isManagedPool, sharedManagedPoolId, type PoolResource } from '../../domain/pool.ts';
import type { Volume } from '../../domain/volume.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import { discardLeftovers } from '../discard-leftovers.ts';
import { adoptManaged } from './adopt-managed.ts';
import { claimOf, type Claims } from './claims.ts';
import type { ManagedAgentDeps } from './deps.ts';
import { ensureTaken } from './reconcile-managed.ts';

/**
 * What an agent does before it acts for what nodes share, when the catalog has it as the one that does. Afterwards it knows
 * every directory that is a volume, and no other agent can make one: what a former one is just writing is of a version that
 * there is no more, and for volumes that are asked for from now on it sees that it does not act. Lists are exact, since
 * watches may be behind what the former one wrote last.
 */
export async function takeStock(claims: Claims, deps: ManagedAgentDeps): Promise<void> {
  const { catalog, events, log, place } = deps;
  const id = sharedManagedPoolId;
  const drop = (volume: string, uuid: string) => deleteManaged(place, volume, uuid);
  await discardLeftovers(id, drop, catalog, log);
  claims.clear();
  const own: Volume[] = [];
  for (const volume of await catalog.volumes.list({ pool: id, isExact: true })) {
    const now = await withoutAnswers(volume, deps);
    if (now?.status.ready === true) own.push(now);
  }
  for (const volume of [...own, ...(await elsewhere(deps))]) {
    const claim = claimOf(volume);
    if (claim !== undefined) claims.set(volume.id, claim);
  }
  await dropOutdated(own, claims, deps);
  for (const volume of own)
    if (volume.spec.desired === 'Present') await tried(volume.id, () => ensureTaken(volume, deps), deps);
  await adoptManaged(place, { id, isShared: true }, { catalog, events, log });
}

/** Asks anew for a volume that is not ready, so that an answer of another agent comes too late. Undefined when it is gone. */
function withoutAnswers({ id }: Volume, { catalog }: ManagedAgentDeps): Promise<Volume | undefined> {
  return modify(catalog.volumes, id, ({ spec, status }) =>
    status.ready || spec.desired === 'Absent' ? undefined : { ...spec, revision: spec.revision + 1 },
  );
}

/** Those in the pools of nodes, where such volumes were made before there was one place for all: none are added there. */
async function elsewhere({ catalog }: ManagedAgentDeps): Promise<readonly Volume[]> {
  const pools = await catalog.pools.list({ isExact: true });
  const isOther = (pool: PoolResource) => isManagedPool(pool) && pool.id !== sharedManagedPoolId;
  const found: Volume[] = [];
  for (const { id, spec } of pools.filter(isOther)) {
    const roots = spec.managedRoots ?? [];
    if (!roots.some(({ shared }) => shared)) continue;
    const isBeneath = ({ spec: { managed } }: Volume) => managed && rootOf(managed.hostPath, roots)?.shared === true;
    found.push(...(await catalog.volumes.list({ pool: id, isExact: true })).filter(isBeneath));
  }
  return found;
}

/** Records from a time when this node was away: other volumes have their names, or their directories, by now. */
async function dropOutdated(own: readonly Volume[], claims: Claims, deps: ManagedAgentDeps): Promise<void> {
  const { place } = deps;
  const known = new Map(own.map(({ id, spec }) => [id, spec.uuid]));
  for (const { id, uuid, isShared, managed } of [...place.records.values()]) {
    if (!isShared || known.get(id) === uuid) continue;
    const isTaken = [...claims.values()].some(({ hostPath }) => overlaps(managed.hostPath, hostPath));
    if (isTaken) await tried(id, () => deleteManaged(place, id, uuid), deps);
  }
}

async function tried(id: string, attempt: () => Promise<unknown>, { log }: ManagedAgentDeps): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    log.warn({ id, why: messageOf(error) }, 'the record of a shared volume is not as the catalog has it');
  }
}
