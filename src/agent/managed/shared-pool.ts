import { isDeepStrictEqual } from 'node:util';
import { ConflictError } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { managedPoolName, sharedManagedPoolId, unknownPool, type PoolResource } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import { messageOf } from '../../domain/errors.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import { adoptManaged } from './adopt-managed.ts';
import type { ManagedAgentDeps } from './deps.ts';
import { placeOf } from './managed-place.ts';
import { ensureTaken } from './reconcile-managed.ts';

/** Whether this node is one of those that share directories, or was and has volumes of that time. */
export function sharesDirectories({ roots, records }: ManagedPlace): boolean {
  return roots.some(({ shared }) => shared) || [...records.values()].some(({ isShared }) => isShared);
}

/**
 * The one pool of volumes in directories that several nodes have. The agent of one of them acts for it, another takes
 * that over when it has fallen silent; every one keeps a record of each of its volumes, so as to show them by itself.
 */
export class SharedPool {
  readonly #deps: ManagedAgentDeps;
  #acts = false;
  /** It had no heartbeat at the last look, and another agent acts for it. */
  #wasMute = false;
  #stopWatching: (() => void) | undefined;

  constructor(deps: ManagedAgentDeps) {
    this.#deps = deps;
  }

  /** Whether this node's agent is the one that acts for it. */
  get acts(): boolean {
    return this.#acts;
  }

  /** Joins the nodes that have it, and does this node's part of the work. Safe to repeat, which is how a silence is seen. */
  async look(): Promise<void> {
    const { place, nodeName, serving, work } = this.#deps;
    if (!sharesDirectories(place)) return;
    const pool = await this.#joined();
    // Somebody has deleted it at this moment: the next look makes it anew.
    if (pool === undefined) return;
    const acted = this.#acts;
    serving.set(sharedManagedPoolId, placeOf(place, true));
    this.#acts = pool.spec.agent === nodeName;
    this.#watch();
    if (!this.#acts) return this.#keepRecords();
    if (!acted) await adoptManaged(place, { id: sharedManagedPoolId, isShared: true }, this.#deps);
    await this.#deps.report(sharedManagedPoolId, ({ shared }) => shared);
    if (!acted) await work.resume(sharedManagedPoolId);
  }

  stop(): void {
    this.#stopWatching?.();
  }

  async #joined(): Promise<PoolResource | undefined> {
    const { catalog, nodeName, place, ownsCatalog } = this.#deps;
    const roots = place.roots.filter(({ shared }) => shared);
    const own = { name: managedPoolName, agent: nodeName, nodes: [nodeName], managedRoots: roots };
    const present = await catalog.pools.find(sharedManagedPoolId);
    if (present === undefined) {
      try {
        return await catalog.pools.create(sharedManagedPoolId, own, unknownPool);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
    const isMute = !ownsCatalog && present?.status.heartbeat === undefined && present?.spec.agent !== nodeName;
    const isAbandoned = isMute && this.#wasMute;
    this.#wasMute = isMute;
    return await modify(catalog.pools, sharedManagedPoolId, (pool) => {
      const { spec } = pool;
      const isSilent = isAbandoned || silentSince(pool, Date.now()) !== undefined;
      const others = (spec.managedRoots ?? []).filter(({ path }) => !roots.some((root) => root.path === path));
      const joined = {
        ...spec,
        agent: isSilent ? nodeName : spec.agent,
        nodes: [...new Set([...spec.nodes, nodeName])],
        managedRoots: [...others, ...roots].sort((a, b) => (a.path < b.path ? -1 : 1)),
      };
      return isDeepStrictEqual(joined, spec) ? undefined : joined;
    });
  }

  /** Pods may come here as soon as a volume is ready. */
  #watch(): void {
    this.#stopWatching ??= this.#deps.catalog.volumes.watch(({ id, resource }) => {
      const isOfIt = resource?.spec.pool === sharedManagedPoolId && resource.status.ready;
      const isGone = resource === undefined && this.#deps.place.records.get(id)?.isShared === true;
      if (this.#acts || !(isOfIt || isGone)) return;
      void this.#deps.work.first(() => this.#keepRecords(), 'keeping records of shared volumes');
    });
  }

  /** What cannot be taken or let go of now is tried again at the next look. */
  async #keepRecords(): Promise<void> {
    const { catalog, place, log } = this.#deps;
    const volumes = await catalog.volumes.list({ pool: sharedManagedPoolId });
    const known = new Map(volumes.map((volume) => [volume.id, volume.spec.uuid]));
    const tried = async (id: string, attempt: () => Promise<unknown>) => {
      try {
        await attempt();
      } catch (error) {
        log.warn({ id, why: messageOf(error) }, 'the record of a shared volume is not as the catalog has it');
      }
    };
    for (const { id, uuid, isShared } of [...place.records.values()]) {
      if (isShared && known.get(id) !== uuid) await tried(id, () => deleteManaged(place, id, uuid));
    }
    for (const volume of volumes) {
      if (volume.status.ready && volume.spec.desired === 'Present') {
        await tried(volume.id, () => ensureTaken(volume, place));
      }
    }
  }
}
