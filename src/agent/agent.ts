import type { Catalog } from '../catalog/catalog.ts';
import { noEvents } from '../domain/event.ts';
import type { PoolResource } from '../domain/pool.ts';
import type { Pool } from '../pool/pool.ts';
import type { AgentDeps } from './agent-deps.ts';
import { adoptPool, discardInPool } from './adopt-pool.ts';
import type { Adoption } from './adopt-records.ts';
import { CatalogError, withMarkedErrors } from './catalog-error.ts';
import { sweepHealth } from './health-sweep.ts';
import { LostResources } from './lost-resources.ts';
import { SharedFilesystems } from './filesystems/shared-filesystems.ts';
import { ManagedAgent } from './managed/managed-agent.ts';
import { imagePlace, type Place } from './place.ts';
import { PoolReporter } from './pool-reporter.ts';
import { reconcilersOf, type Reconcilers } from './reconcilers.ts';
import { poolResourceId, registerPool } from './register-pool.ts';
import { repeat } from './repeat.ts';
import { retirePools } from './retire-pools.ts';
import { untilDone } from './retry.ts';
import { takeOverPool } from './take-over-pool.ts';
import { TroubleLog } from './trouble-log.ts';
import { UsageReporter } from './usage-reporter.ts';

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
  readonly #adoption: Adoption;
  readonly #troubles: TroubleLog;
  readonly #reporter: PoolReporter;
  readonly #usage: UsageReporter;
  readonly #reconcilers: Reconcilers;
  readonly #managed: ManagedAgent | undefined;
  readonly #shared: SharedFilesystems;
  readonly #serving = new Map<string, Pool>();
  /** What is served, for looks that are the same for pools of images and managed volumes. */
  readonly #places = new Map<string, Place>();
  readonly #stopping = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  #stopWatching: () => void = () => undefined;
  #lost: LostResources | undefined;

  constructor(deps: AgentDeps) {
    const { nodeName, log, ownsCatalog, managed: place, events = noEvents } = deps;
    const catalog = withMarkedErrors(deps.catalog);
    const troubles = new TroubleLog(log);
    const { signal } = this.#stopping;
    this.#deps = deps;
    this.#catalog = catalog;
    this.#adoption = { catalog, log, events };
    this.#troubles = troubles;
    const onGone = (pool: Pool) => void this.#begin(pool);
    this.#reporter = new PoolReporter({ catalog, nodeName, troubles, events, hasHeartbeat: !ownsCatalog, onGone });
    const tools = { catalog, reporter: this.#reporter, events };
    const places = this.#places;
    const isServed = (pool: string) => this.#managed?.actsFor(pool) === true;
    const work = {
      first: (serve: () => Promise<void>, what: string) => this.#firstAttempt(serve, what),
      resume: (id: string) => this.#resume(id),
    };
    const shared = { ...tools, nodeName, ownsCatalog, log, serving: places, work };
    this.#managed = place && new ManagedAgent({ ...shared, place });
    this.#shared = new SharedFilesystems({ ...shared, pools: deps.pools });
    const others = { place, nodeName, poolNames: deps.pools.names, isServed, shared: this.#shared };
    this.#reconcilers = reconcilersOf(tools, this.#serving, others, { log, troubles });
    const onIdle = (id: string) => this.#reconcilers.volumes.retryDeletion(id);
    this.#usage = new UsageReporter({ catalog, nodeName, serving: places, troubles, signal, onIdle });
  }

  /**
   * Registers this node's pools, takes over those that are open and, later, those that open. Throws when the catalog does
   * not take the registration; nothing runs then, and it can be called again.
   */
  async start(): Promise<void> {
    const { pools, sweepIntervalMs } = this.#deps;
    try {
      for (const name of pools.names) await this.#register(name);
      await this.#managed?.register();
      await this.#retireOthers();
    } catch (error) {
      throw error instanceof CatalogError ? error.cause : error;
    }
    this.#stopWatching = this.#catalog.pools.watch(({ id, resource }) => {
      this.#poolChanged(id, resource);
    });
    if (!this.#deps.ownsCatalog) this.#lost = new LostResources(this.#catalog, this.#places);
    // Never throws: whatever goes wrong with one pool is tried again for it alone.
    await pools.eachOpen((pool) => this.#begin(pool));
    await this.#managed?.begin();
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
    this.#lost?.stop();
    await Promise.all([...this.#tasks, ...this.#reconcilers.all.map((reconciler) => reconciler.stop())]);
    // What has just ended may have begun to watch.
    this.#managed?.stop();
    this.#shared.stop();
    await this.#usage.stop();
    await this.#reporter.stop();
  }

  /** A pool that is not open is known all the same, and is not chosen for new volumes. */
  async #register(name: string): Promise<void> {
    const { nodeName, pools } = this.#deps;
    await registerPool(this.#catalog, nodeName, name);
    const problem = pools.failures().get(name);
    if (problem !== undefined) await this.#reporter.lost(poolResourceId(nodeName, name), problem);
  }

  #retireOthers(): Promise<void> {
    const { pools, nodeName } = this.#deps;
    const images = pools.names.map((name) => poolResourceId(nodeName, name));
    const own = [...images, ...(this.#managed?.ids ?? []), ...this.#shared.ids];
    return retirePools(own, { ...this.#deps, catalog: this.#catalog, reporter: this.#reporter });
  }

  /** Serves a pool, and tries until it does; resolves after the first attempt. Safe to repeat. */
  #begin(pool: Pool): Promise<void> {
    return this.#firstAttempt(() => this.#serve(pool), `serving pool ${pool.name}`);
  }

  #firstAttempt(serve: () => Promise<void>, what: string): Promise<void> {
    return new Promise((resolve) => {
      this.#runUntilDone(() => serve().finally(resolve), what);
      if (this.#stopping.signal.aborted) resolve();
    });
  }

  async #serve(pool: Pool): Promise<void> {
    const { nodeName, ownsCatalog } = this.#deps;
    const catalog = this.#catalog;
    const id = poolResourceId(nodeName, pool.name);
    // Somebody may have deleted it since the last time.
    const present = (await catalog.pools.find(id)) ?? (await registerPool(catalog, nodeName, pool.name));
    if (ownsCatalog && present !== undefined) await takeOverPool(pool, present, catalog);
    await adoptPool(pool, id, this.#adoption);
    this.#serving.set(id, pool);
    this.#places.set(id, imagePlace(pool));
    await this.#reporter.report(pool);
    await this.#resume(id);
    await this.#shared.look();
  }

  /** Looks at all that has waited for the pool of this id to be served. */
  async #resume(id: string): Promise<void> {
    for (const reconciler of this.#reconcilers.all) await reconciler.resume(id);
    const place = this.#places.get(id);
    if (!this.#deps.ownsCatalog && place !== undefined) await this.#usage.compareAll(id, place);
  }

  async #adoptAgain(id: string): Promise<void> {
    const pool = this.#serving.get(id);
    if (pool !== undefined) await adoptPool(pool, id, this.#adoption);
    else if (!(await this.#shared.adoptAgain(id))) await this.#managed?.begin();
  }

  /** A node that was given up while it was alive says so by being there again. */
  #poolChanged(id: string, resource: PoolResource | undefined): void {
    const { pools, nodeName, log } = this.#deps;
    const name = pools.names.find((own) => poolResourceId(nodeName, own) === id);
    const pool = this.#serving.get(id);
    this.#managed?.poolChanged(id, resource);
    if (name === undefined) return;
    if (resource === undefined) {
      log.warn({ pool: id }, 'somebody has deleted this pool from the catalog; it is registered again');
      if (pool === undefined) this.#runUntilDone(() => this.#register(name), `registering pool ${name}`);
      else void this.#begin(pool);
    } else if (resource.spec.discard !== undefined && pool !== undefined) {
      this.#runUntilDone(() => discardInPool(pool, id, this.#adoption), `discarding leftovers in pool ${name}`);
    }
  }

  async #reportPools(): Promise<void> {
    const { pools, nodeName } = this.#deps;
    // Not one after another: a disk that hangs would keep the others from being told of.
    for (const pool of this.#serving.values()) this.#run(this.#reporter.tryReport(pool));
    await this.#troubles.attempt('reporting managed volumes', async () => this.#managed?.reportAll());
    await this.#troubles.attempt('reporting what nodes share', () => this.#shared.look());
    await this.#troubles.attempt('reporting pools that are not there', async () => {
      for (const [name, problem] of pools.failures()) {
        const id = poolResourceId(nodeName, name);
        if (!this.#serving.has(id)) await this.#reporter.lost(id, problem);
      }
      await this.#retireOthers();
    });
  }

  async #sweep(): Promise<void> {
    const { ownsCatalog } = this.#deps;
    const { volumes: reconciler } = this.#reconcilers;
    const sweep = { ...this.#adoption, signal: this.#stopping.signal, reconciler, ownsCatalog };
    const adoptLost = async () => this.#lost?.look((id) => this.#adoptAgain(id));
    // What is just being made or removed is not lost.
    if (this.depth === 0) await this.#troubles.attempt('adopting what the catalog has lost', adoptLost);
    for (const [id, place] of this.#places) {
      await this.#troubles.attempt(`looking at the health of pool ${id}`, () => sweepHealth(place, id, sweep));
      if (ownsCatalog) continue;
      // Of what changed before the agent was at work, or in a catalog that was restored since, nobody has told.
      await this.#troubles.attempt(`comparing what is mounted of pool ${id}`, () => this.#usage.compareAll(id, place));
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
