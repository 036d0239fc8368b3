import type { Logger } from 'pino';
import { ConflictError, type Catalog } from '../../catalog/catalog.ts';
import { messageOf } from '../../domain/errors.ts';
import type { PoolResource } from '../../domain/pool.ts';
import { KeyedQueue } from '../../pool/keyed-queue.ts';
import type { Place } from '../place.ts';
import type { Work } from '../work.ts';
import type { Holding } from './holding.ts';
import { joinShared, leaveShared } from './join-shared.ts';
import { keepRecords } from './keep-records.ts';

export interface SharedPoolDeps {
  readonly catalog: Catalog;
  readonly nodeName: string;
  readonly ownsCatalog: boolean;
  readonly log: Logger;
  /** What the agent serves, by the ids of Pool resources; what is served here is put into it. */
  readonly serving: Map<string, Place>;
  readonly work: Work;
}

/** Looks, and what events ask for, come one after another: what an older list says must not undo what a newer one did. */
const LOOK = 'look';

/**
 * One pool of volumes that several nodes have. The agent of one of them acts for it, another takes that over when it has
 * fallen silent; every one keeps a record of each of its volumes, so as to show them by itself. Two may believe for a while
 * that they act: `requireActing` tells the one that is not the pool's any more.
 */
export class SharedPool {
  readonly #deps: SharedPoolDeps;
  readonly #holding: Holding;
  readonly #turns = new KeyedQueue();
  #acts = false;
  /** It had no heartbeat at the last look, and another agent acts for it. */
  #wasMute = false;
  #isTidyAsked = false;
  #stopWatching: (() => void) | undefined;

  constructor(deps: SharedPoolDeps, holding: Holding) {
    this.#deps = deps;
    this.#holding = holding;
  }

  /** Whether this node's agent is the one that acts for it. */
  get acts(): boolean {
    return this.#acts;
  }

  /**
   * To be called after what is decided was read, and before the decision is written. Throws ConflictError when another
   * agent has taken the pool over: what that one has seen since, this one has not.
   */
  async requireActing(): Promise<void> {
    const { catalog, nodeName } = this.#deps;
    const pool = await catalog.pools.find(this.#holding.id);
    if (pool?.spec.agent !== nodeName) this.#acts = false;
    // Only now: it may have been lost and won again in the meantime.
    if (!this.#acts) throw new ConflictError(`another agent acts for ${this.#holding.id}`);
  }

  /** Joins the nodes that have it, and does this node's part of the work. Safe to repeat, which is how a silence is seen. */
  look(): Promise<void> {
    return this.#turns.run(LOOK, undefined, () => this.#look());
  }

  /** For a node whose configuration has lost it, and that has nothing of it. */
  leave(): Promise<void> {
    return leaveShared(this.#holding, this.#deps);
  }

  stop(): void {
    this.#stopWatching?.();
  }

  async #look(): Promise<void> {
    const { nodeName, serving, work } = this.#deps;
    const { id, place } = this.#holding;
    if (!this.#holding.isHere()) return;
    const pool = await this.#joined();
    // Somebody has deleted it at this moment: the next look makes it anew.
    if (pool === undefined) return;
    serving.set(id, place);
    this.#watch();
    // One whose configuration has lost it falls silent, until another has taken it over.
    if (pool.spec.agent !== nodeName || !this.#holding.isOffered()) {
      this.#acts = false;
      return this.#keepRecords();
    }
    const acted = this.#acts;
    // First of all: to others it is silent until then.
    await this.#holding.report();
    if (!acted) await this.#holding.begin();
    this.#acts = true;
    if (!acted) await work.resume(id);
    await this.#holding.attend?.();
  }

  async #joined(): Promise<PoolResource | undefined> {
    const { catalog, ownsCatalog, nodeName } = this.#deps;
    const present = await catalog.pools.find(this.#holding.id);
    const isMute = !ownsCatalog && present?.status.heartbeat === undefined && present?.spec.agent !== nodeName;
    const isAbandoned = isMute && this.#wasMute;
    this.#wasMute = isMute;
    const onTaken = () => (this.#acts = false);
    if (present?.spec.agent !== nodeName) onTaken();
    return await joinShared(this.#holding, { present, isAbandoned, onTaken }, this.#deps);
  }

  /** Pods may come here as soon as a volume is ready. */
  #watch(): void {
    this.#stopWatching ??= this.#deps.catalog.volumes.watch(({ id, resource }) => {
      const isOfIt = resource?.spec.pool === this.#holding.id && resource.status.ready;
      const isGone = resource === undefined && this.#holding.place.has(id);
      if (this.#acts || this.#isTidyAsked || !(isOfIt || isGone)) return;
      this.#isTidyAsked = true;
      void this.#deps.work.first(() => this.#tidy(), 'keeping records of shared volumes');
    });
  }

  #tidy(): Promise<void> {
    return this.#turns.run(LOOK, undefined, async () => {
      this.#isTidyAsked = false;
      if (!this.#acts) await this.#keepRecords();
    });
  }

  /** What cannot be taken or let go of now is tried again at the next look. */
  #keepRecords(): Promise<void> {
    const { catalog, log } = this.#deps;
    const onTrouble = (id: string, error: unknown): void => {
      log.warn({ id, why: messageOf(error) }, 'the record of a shared volume is not as the catalog has it');
    };
    return keepRecords(this.#holding, catalog, onTrouble);
  }
}
