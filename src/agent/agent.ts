import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import { noEvents, type EventRecorder } from '../domain/event.ts';
import type { PoolResource } from '../domain/pool.ts';
import type { Pool } from '../pool/pool.ts';
import type { PoolSet } from '../pool/pool-set.ts';
import { adoptRecords } from './adopt-records.ts';
import { CatalogError, withMarkedErrors } from './catalog-error.ts';
import { discardLeftovers } from './discard-leftovers.ts';
import { sweepHealth } from './health-sweep.ts';
import { PoolReporter } from './pool-reporter.ts';
import { reconcilersOf, type Reconcilers } from './reconcilers.ts';
import { poolResourceId, registerPool } from './register-pool.ts';
import { repeat } from './repeat.ts';
import { untilDone } from './retry.ts';
import { takeOverPool } from './take-over-pool.ts';
import { TroubleLog } from './trouble-log.ts';
import { UsageReporter } from './usage-reporter.ts';

export interface AgentDeps {
  readonly catalog: Catalog;
  readonly pools: PoolSet;
  readonly nodeName: string;
  /** No other node uses the catalog: another node's pool in it is one of this node under its former name. */
  readonly ownsCatalog: boolean;
  readonly log: Logger;
  /** Milliseconds between two looks at the health of every volume. */
  readonly sweepIntervalMs: number;
  /** Where people are told what no call carries. */
  readonly events?: EventRecorder;
}

/** Milliseconds: orchestrators are told of room that others took or gave back no later than this. */
const POOL_REPORT_MS = 10_000;

/**
 * Acts for this node's pools: does what the catalog asks of them and reports what it sees. A pool that is not open
 * (not mounted yet, say) keeps its work waiting in the catalog until it is. Once it has started, a catalog that does not
 * answer, for however long, delays all this and loses nothing of it.
 */
export class Agent {
  readonly #deps: AgentDeps;
  readonly #catalog: Catalog;
  readonly #events: EventRecorder;
  readonly #troubles: TroubleLog;
  readonly #reporter: PoolReporter;
  readonly #usage: UsageReporter;
  readonly #reconcilers: Reconcilers;
  readonly #serving = new Map<string, Pool>();
  readonly #stopping = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  #stopWatching: () => void = () => undefined;

  constructor(deps: AgentDeps) {
    const { nodeName, log, ownsCatalog, events = noEvents } = deps;
    const catalog = withMarkedErrors(deps.catalog);
    const troubles = new TroubleLog(log);
    const { signal } = this.#stopping;
    this.#deps = deps;
    this.#catalog = catalog;
    this.#events = events;
    this.#troubles = troubles;
    const onGone = (pool: Pool) => void this.#begin(pool);
    this.#reporter = new PoolReporter({ catalog, nodeName, troubles, events, hasHeartbeat: !ownsCatalog, onGone });
    const tools = { catalog, reporter: this.#reporter, events };
    this.#reconcilers = reconcilersOf(tools, this.#serving, { log, troubles });
    const onIdle = (id: string) => this.#reconcilers.volumes.retryDeletion(id);
    this.#usage = new UsageReporter({ catalog, nodeName, serving: this.#serving, troubles, signal, onIdle });
  }

  /**
   * Registers this node's pools, takes over those that are open and, later, those that open. Throws when the catalog does
   * not take the registration; nothing runs then, and it can be called again.
   */
  async start(): Promise<void> {
    const { pools, sweepIntervalMs } = this.#deps;
    try {
      for (const name of pools.names) await this.#register(name);
      await this.#retireOthers();
    } catch (error) {
      throw error instanceof CatalogError ? error.cause : error;
    }
    this.#stopWatching = this.#catalog.pools.watch(({ id, resource }) => {
      this.#poolChanged(id, resource);
    });
    // Never throws: whatever goes wrong with one pool is tried again for it alone.
    await pools.eachOpen((pool) => this.#begin(pool));
    const { signal } = this.#stopping;
    this.#run(repeat(Math.min(sweepIntervalMs, POOL_REPORT_MS), signal, () => this.#reportPools()));
    this.#run(repeat(sweepIntervalMs, signal, () => this.#sweep()));
  }

  /** How many resources the agent is working on. */
  get depth(): number {
    return this.#reconcilers.all.reduce((sum, { depth }) => sum + depth, 0);
  }

  /**
   * Something was mounted or unmounted of this volume: its status says so a moment later. In a catalog of this node alone
   * nobody asks the status, since the kernel can be asked.
   */
  usageChanged(volumeId: string): void {
    if (!this.#deps.ownsCatalog) this.#usage.changed(volumeId);
  }

  /** Takes no more work and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopWatching();
    await Promise.all([...this.#tasks, ...this.#reconcilers.all.map((reconciler) => reconciler.stop())]);
    await this.#usage.stop();
    await this.#reporter.stop();
  }

  /** A pool that is not open is known all the same, and is not chosen for new volumes. */
  async #register(name: string): Promise<void> {
    const { nodeName, pools } = this.#deps;
    await registerPool(this.#catalog, nodeName, name);
    const problem = pools.problems().get(name);
    if (problem !== undefined) await this.#reporter.lost(poolResourceId(nodeName, name), problem);
  }

  /** A pool that was taken out of the configuration must not be chosen for new volumes. */
  async #retireOthers(): Promise<void> {
    const { pools, nodeName, ownsCatalog } = this.#deps;
    const own = new Set(pools.names.map((name) => poolResourceId(nodeName, name)));
    for (const { id, spec } of await this.#catalog.pools.list()) {
      if (own.has(id) || !(ownsCatalog || spec.agent === nodeName)) continue;
      await this.#reporter.lost(id, `pool ${spec.name} of node ${spec.agent} is not in the configuration any more`);
    }
  }

  /** Serves a pool, and tries until it does; resolves after the first attempt. Safe to repeat. */
  #begin(pool: Pool): Promise<void> {
    return new Promise((resolve) => {
      const attempt = () => this.#serve(pool).finally(resolve);
      this.#runUntilDone(attempt, `serving pool ${pool.name}`);
      if (this.#stopping.signal.aborted) resolve();
    });
  }

  async #serve(pool: Pool): Promise<void> {
    const { nodeName, log, ownsCatalog } = this.#deps;
    const catalog = this.#catalog;
    const id = poolResourceId(nodeName, pool.name);
    // Somebody may have deleted it since the last time.
    const present = (await catalog.pools.find(id)) ?? (await registerPool(catalog, nodeName, pool.name));
    if (ownsCatalog && present !== undefined) await takeOverPool(pool, present, catalog);
    await discardLeftovers(pool, id, catalog, log);
    await adoptRecords(pool, id, { catalog, log, events: this.#events });
    this.#serving.set(id, pool);
    await this.#reporter.report(pool);
    for (const reconciler of this.#reconcilers.all) await reconciler.resume(id);
    if (!ownsCatalog) await this.#usage.compareAll(id, pool);
  }

  /** A node that was given up while it was alive says so by being there again. */
  #poolChanged(id: string, resource: PoolResource | undefined): void {
    const { pools, nodeName, log } = this.#deps;
    const name = pools.names.find((own) => poolResourceId(nodeName, own) === id);
    const pool = this.#serving.get(id);
    if (name === undefined) return;
    if (resource === undefined) {
      log.warn({ pool: id }, 'somebody has deleted this pool from the catalog; it is registered again');
      if (pool === undefined) this.#runUntilDone(() => this.#register(name), `registering pool ${name}`);
      else void this.#begin(pool);
    } else if (resource.spec.discard !== undefined && pool !== undefined) {
      this.#runUntilDone(() => discardLeftovers(pool, id, this.#catalog, log), `discarding leftovers in pool ${name}`);
    }
  }

  async #reportPools(): Promise<void> {
    const { pools, nodeName } = this.#deps;
    for (const pool of this.#serving.values()) await this.#reporter.tryReport(pool);
    await this.#attempt('reporting pools that are not there', async () => {
      for (const [name, problem] of pools.problems()) {
        const id = poolResourceId(nodeName, name);
        if (!this.#serving.has(id)) await this.#reporter.lost(id, problem);
      }
      await this.#retireOthers();
    });
  }

  async #sweep(): Promise<void> {
    const { signal } = this.#stopping;
    const { ownsCatalog } = this.#deps;
    // Alone with its catalog, a deletion that nobody took back is not to succeed later by surprise.
    const onRefused = (id: string) => (ownsCatalog ? Promise.resolve() : this.#reconcilers.volumes.retryDeletion(id));
    const sweep = { catalog: this.#catalog, events: this.#events, signal, onRefused };
    for (const [id, pool] of this.#serving) {
      await this.#attempt(`looking at the health of pool ${id}`, () => sweepHealth(pool, id, sweep));
    }
  }

  /** What is done again soon anyway. */
  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#troubles.worked(what);
    } catch (error) {
      this.#troubles.failed(what, error);
    }
  }

  #runUntilDone(work: () => Promise<void>, what: string): void {
    this.#run(untilDone(work, { what, troubles: this.#troubles, signal: this.#stopping.signal }));
  }

  /** Until it is over, `stop` waits for it. */
  #run(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }
}
