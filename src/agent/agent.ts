import type { Catalog } from '../catalog/catalog.ts';
import { noEvents } from '../domain/event.ts';
import type { Pool } from '../pool/pool.ts';
import type { AgentDeps } from './agent-deps.ts';
import type { Adoption } from './adopt-records.ts';
import { CatalogError, withMarkedErrors } from './catalog-error.ts';
import { lookAtHealth, sweepHealth, sweepSnapshots } from './health-sweep.ts';
import { ImagePools } from './image-pools.ts';
import { LostResources } from './lost-resources.ts';
import { SharedFilesystems } from './filesystems/shared-filesystems.ts';
import { ManagedAgent } from './managed/managed-agent.ts';
import type { Place } from './place.ts';
import { PoolReporter } from './pool-reporter.ts';
import { reconcilersOf, type Reconcilers } from './reconcilers.ts';
import { repeat } from './repeat.ts';
import { retirePools } from './retire-pools.ts';
import { untilDone } from './retry.ts';
import { TroubleLog } from './trouble-log.ts';
import { UsageReporter } from './usage-reporter.ts';
import type { Work } from './work.ts';

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
  readonly #images: ImagePools;
  readonly #managed: ManagedAgent;
  readonly #shared: SharedFilesystems;
  /** What is served, for looks that are the same for pools of images and managed volumes. */
  readonly #places = new Map<string, Place>();
  readonly #stopping = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  #stopWatching: () => void = () => undefined;
  #lost: LostResources | undefined;

  constructor(deps: AgentDeps) {
    const { nodeName, log, ownsCatalog, pools, poolNames = pools.names, managed, events = noEvents } = deps;
    const catalog = withMarkedErrors(deps.catalog);
    const troubles = new TroubleLog(log);
    const { signal } = this.#stopping;
    this.#deps = deps;
    this.#catalog = catalog;
    this.#adoption = { catalog, log, events };
    this.#troubles = troubles;
    const onGone = (pool: Pool) => void this.#images.again(pool);
    this.#reporter = new PoolReporter({ catalog, nodeName, troubles, events, hasHeartbeat: !ownsCatalog, onGone });
    const serving = this.#places;
    const common = { ...this.#adoption, reporter: this.#reporter, nodeName, ownsCatalog, serving, work: this.#work() };
    this.#images = new ImagePools({ ...common, pools, onServed: () => this.#shared.look() });
    this.#managed = new ManagedAgent({ ...common, place: managed, poolNames });
    this.#shared = new SharedFilesystems({ ...common, pools, poolNames });
    const others = [this.#managed, this.#shared];
    this.#reconcilers = reconcilersOf(common, this.#images.serving, others, { log, troubles });
    const onIdle = (id: string) => this.#reconcilers.volumes.retryDeletion(id);
    this.#usage = new UsageReporter({ catalog, nodeName, serving, troubles, signal, onIdle });
  }

  /**
   * Registers this node's pools, takes over those that are open and, later, those that open. Throws when the catalog does
   * not take the registration; nothing runs then, and it can be called again.
   */
  async start(): Promise<void> {
    const { ownsCatalog, sweepIntervalMs } = this.#deps;
    try {
      await this.#images.register();
      await this.#managed.register();
      await this.#retireOthers();
    } catch (error) {
      throw error instanceof CatalogError ? error.cause : error;
    }
    this.#stopWatching = this.#catalog.pools.watch(({ id, resource }) => {
      this.#managed.poolChanged(id, resource);
      this.#images.poolChanged(id, resource);
    });
    if (!ownsCatalog) this.#lost = new LostResources(this.#catalog, this.#places);
    // Never throw: whatever goes wrong with one pool is tried again for it alone.
    await this.#images.begin();
    await this.#managed.begin();
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

  /** Something was seen of this volume: looked at now, its status and its events say what it is. */
  healthChanged(volumeId: string): void {
    if (this.#stopping.signal.aborted) return;
    const how = { ...this.#adoption, reconciler: this.#reconcilers.volumes };
    const look = () => lookAtHealth(this.#places, volumeId, how);
    this.#run(this.#troubles.attempt('looking at the health of a volume', look));
  }

  /** Takes no more work and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopWatching();
    this.#lost?.stop();
    await Promise.all([...this.#tasks, ...this.#reconcilers.all.map((reconciler) => reconciler.stop())]);
    // What has just ended may have begun to watch.
    this.#managed.stop();
    this.#shared.stop();
    await this.#usage.stop();
    await this.#reporter.stop();
  }

  #retireOthers(): Promise<void> {
    const own = [this.#images, this.#managed, this.#shared].flatMap(({ ids }) => ids);
    return retirePools(own, { ...this.#deps, catalog: this.#catalog, reporter: this.#reporter });
  }

  #work(): Work {
    return {
      first: (attempt, what) => this.#firstAttempt(attempt, what),
      resume: (id) => this.#resume(id),
      run: (task) => {
        this.#run(task);
      },
    };
  }

  #firstAttempt(attempt: () => Promise<void>, what: string): Promise<void> {
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      this.#run(untilDone(() => attempt().finally(resolve), { what, troubles: this.#troubles, signal }));
      if (signal.aborted) resolve();
    });
  }

  /** Looks at all that has waited for the pool of this id to be served. */
  async #resume(id: string): Promise<void> {
    for (const reconciler of this.#reconcilers.all) await reconciler.resume(id);
    const place = this.#places.get(id);
    if (!this.#deps.ownsCatalog && place !== undefined) await this.#usage.compareAll(id, place);
  }

  async #adoptAgain(id: string): Promise<void> {
    for (const part of [this.#images, this.#shared]) if (await part.adoptAgain(id)) return;
    await this.#managed.begin();
  }

  async #reportPools(): Promise<void> {
    this.#images.report();
    await this.#troubles.attempt('reporting managed volumes', () => this.#managed.reportAll());
    await this.#troubles.attempt('reporting what nodes share', () => this.#shared.look());
    await this.#troubles.attempt('reporting pools that are not there', async () => {
      await this.#images.reportLost();
      await this.#retireOthers();
    });
  }

  async #sweep(): Promise<void> {
    const { ownsCatalog } = this.#deps;
    const { volumes: reconciler, snapshots } = this.#reconcilers;
    const sweep = { ...this.#adoption, signal: this.#stopping.signal, reconciler, snapshots, ownsCatalog };
    const adoptLost = async () => this.#lost?.look((id) => this.#adoptAgain(id));
    // What is just being made or removed is not lost.
    if (this.depth === 0) await this.#troubles.attempt('adopting what the catalog has lost', adoptLost);
    for (const [id, place] of this.#places) {
      await this.#troubles.attempt(`looking at the health of pool ${id}`, () => sweepHealth(place, id, sweep));
      await this.#troubles.attempt(`looking at the snapshots of pool ${id}`, () => sweepSnapshots(id, sweep));
      if (ownsCatalog) continue;
      // Of what changed before the agent was at work, or in a catalog that was restored since, nobody has told.
      await this.#troubles.attempt(`comparing what is mounted of pool ${id}`, () => this.#usage.compareAll(id, place));
    }
  }

  /** Until it is over, `stop` waits for it. */
  #run(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }
}
