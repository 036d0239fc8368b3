import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { ConflictError, type Catalog } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { messageOf } from '../../domain/errors.ts';
import { unknownPool, type PoolResource } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import type { Place } from '../place.ts';
import type { Work } from '../work.ts';
import type { Holding } from './holding.ts';

export interface SharedPoolDeps {
  readonly catalog: Catalog;
  readonly nodeName: string;
  readonly ownsCatalog: boolean;
  readonly log: Logger;
  /** What the agent serves, by the ids of Pool resources; what is served here is put into it. */
  readonly serving: Map<string, Place>;
  readonly work: Work;
}

/**
 * One pool of volumes that several nodes have. The agent of one of them acts for it, another takes that over when it has
 * fallen silent; every one keeps a record of each of its volumes, so as to show them by itself.
 */
export class SharedPool {
  readonly #deps: SharedPoolDeps;
  readonly #holding: Holding;
  #acts = false;
  /** It had no heartbeat at the last look, and another agent acts for it. */
  #wasMute = false;
  #stopWatching: (() => void) | undefined;

  constructor(deps: SharedPoolDeps, holding: Holding) {
    this.#deps = deps;
    this.#holding = holding;
  }

  /** Whether this node's agent is the one that acts for it. */
  get acts(): boolean {
    return this.#acts;
  }

  /** Joins the nodes that have it, and does this node's part of the work. Safe to repeat, which is how a silence is seen. */
  async look(): Promise<void> {
    const { nodeName, serving, work } = this.#deps;
    const { id, place } = this.#holding;
    if (!this.#holding.isHere()) return;
    const pool = await this.#joined();
    // Somebody has deleted it at this moment: the next look makes it anew.
    if (pool === undefined) return;
    const acted = this.#acts;
    serving.set(id, place);
    this.#acts = pool.spec.agent === nodeName;
    this.#watch();
    if (!this.#acts) return this.#keepRecords();
    if (!acted) await this.#holding.adopt();
    await this.#holding.report();
    if (!acted) await work.resume(id);
  }

  stop(): void {
    this.#stopWatching?.();
  }

  async #joined(): Promise<PoolResource | undefined> {
    const { catalog, nodeName, ownsCatalog } = this.#deps;
    const { id } = this.#holding;
    const present = await catalog.pools.find(id);
    if (present === undefined) {
      try {
        const own = { ...this.#holding.describe(undefined), agent: nodeName, nodes: [nodeName] };
        return await catalog.pools.create(id, own, unknownPool);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
    const isMute = !ownsCatalog && present?.status.heartbeat === undefined && present?.spec.agent !== nodeName;
    const isAbandoned = isMute && this.#wasMute;
    this.#wasMute = isMute;
    return await modify(catalog.pools, id, (pool) => {
      const { spec } = pool;
      const isSilent = isAbandoned || silentSince(pool, Date.now()) !== undefined;
      const joined = {
        ...spec,
        ...this.#holding.describe(spec),
        agent: isSilent ? nodeName : spec.agent,
        nodes: [...new Set([...spec.nodes, nodeName])],
      };
      return isDeepStrictEqual(joined, spec) ? undefined : joined;
    });
  }

  /** Pods may come here as soon as a volume is ready. */
  #watch(): void {
    this.#stopWatching ??= this.#deps.catalog.volumes.watch(({ id, resource }) => {
      const isOfIt = resource?.spec.pool === this.#holding.id && resource.status.ready;
      const isGone = resource === undefined && this.#holding.place.has(id);
      if (this.#acts || !(isOfIt || isGone)) return;
      void this.#deps.work.first(() => this.#keepRecords(), 'keeping records of shared volumes');
    });
  }

  /** What cannot be taken or let go of now is tried again at the next look. */
  async #keepRecords(): Promise<void> {
    const { catalog, log } = this.#deps;
    const volumes = await catalog.volumes.list({ pool: this.#holding.id });
    const known = new Map(volumes.map((volume) => [volume.id, volume.spec.uuid]));
    const tried = async (id: string, attempt: () => Promise<unknown>) => {
      try {
        await attempt();
      } catch (error) {
        log.warn({ id, why: messageOf(error) }, 'the record of a shared volume is not as the catalog has it');
      }
    };
    for (const { id, uuid } of this.#holding.held()) {
      if (known.get(id) !== uuid) await tried(id, () => this.#holding.drop(id, uuid));
    }
    for (const volume of volumes) {
      if (volume.status.ready && volume.spec.desired === 'Present') {
        await tried(volume.id, () => this.#holding.keep(volume));
      }
    }
  }
}
