import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import type { Pool } from '../pool/pool.ts';
import type { PoolSet } from '../pool/pool-set.ts';
import { adoptRecords } from './adopt-records.ts';
import { sweepHealth } from './health-sweep.ts';
import { PoolReporter } from './pool-reporter.ts';
import { reconcileGroup } from './reconcile-group.ts';
import { reconcileSnapshot } from './reconcile-snapshot.ts';
import { reconcileVolume } from './reconcile-volume.ts';
import { Reconciler } from './reconciler.ts';
import { poolResourceId, registerPool } from './register-pool.ts';
import { repeat } from './repeat.ts';
import { takeOverPool } from './take-over-pool.ts';

export interface AgentDeps {
  readonly catalog: Catalog;
  readonly pools: PoolSet;
  readonly nodeName: string;
  /** No other node uses the catalog: another node's pool in it is one of this node under its former name. */
  readonly ownsCatalog: boolean;
  readonly log: Logger;
  /** Milliseconds between two looks at the health of every volume. */
  readonly sweepIntervalMs: number;
}

/** Milliseconds: orchestrators are told of room that others took or gave back no later than this. */
const POOL_REPORT_MS = 10_000;

/** A reconciler, whatever it reconciles. */
type Worker = Pick<Reconciler<never, never>, 'resume' | 'stop' | 'depth'>;

/**
 * Acts for this node's pools: does what the catalog asks of them and reports what it sees. A pool that is not open
 * (not mounted yet, say) keeps its work waiting in the catalog until it is.
 */
export class Agent {
  readonly #deps: AgentDeps;
  readonly #reporter: PoolReporter;
  readonly #reconcilers: readonly Worker[];
  readonly #serving = new Map<string, Pool>();
  readonly #stopping = new AbortController();
  #rounds: readonly Promise<void>[] = [];

  constructor(deps: AgentDeps) {
    const { catalog, nodeName, log } = deps;
    this.#deps = deps;
    this.#reporter = new PoolReporter(catalog, nodeName, log);
    const tools = { catalog, reporter: this.#reporter };
    const isOurs = (pool: string) => this.#serving.has(pool);
    const common = { isOurs, log };
    this.#reconcilers = [
      new Reconciler({
        ...common,
        kind: 'volume',
        collection: catalog.volumes,
        reconcile: (volume) => reconcileVolume(volume, this.#pool(volume.spec.pool), tools),
      }),
      new Reconciler({
        ...common,
        kind: 'snapshot',
        collection: catalog.snapshots,
        reconcile: (snapshot) => reconcileSnapshot(snapshot, this.#pool(snapshot.spec.pool), tools),
      }),
      new Reconciler({
        ...common,
        kind: 'group',
        collection: catalog.groups,
        reconcile: (group) => reconcileGroup(group, this.#pool(group.spec.pool), tools),
      }),
    ];
  }

  /** Registers this node's pools, takes over those that are open and, later, those that open. */
  async start(): Promise<void> {
    const { catalog, pools, nodeName } = this.#deps;
    for (const name of pools.names) await registerPool(catalog, nodeName, name);
    await this.#retireOthers();
    for (const [name, problem] of pools.problems()) await this.#reporter.lost(poolResourceId(nodeName, name), problem);
    await pools.eachOpen((pool) => this.#serve(pool));
    const { sweepIntervalMs } = this.#deps;
    const { signal } = this.#stopping;
    this.#rounds = [
      repeat(Math.min(sweepIntervalMs, POOL_REPORT_MS), signal, () => this.#reportPools()),
      repeat(sweepIntervalMs, signal, () => this.#sweep()),
    ];
  }

  /** How many resources the agent is working on. */
  get depth(): number {
    return this.#reconcilers.reduce((sum, { depth }) => sum + depth, 0);
  }

  /** Takes no more work and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#rounds, ...this.#reconcilers.map((reconciler) => reconciler.stop())]);
    await this.#reporter.stop();
  }

  /** A pool that was taken out of the configuration must not be chosen for new volumes. */
  async #retireOthers(): Promise<void> {
    const { catalog, pools, nodeName, ownsCatalog } = this.#deps;
    const own = new Set(pools.names.map((name) => poolResourceId(nodeName, name)));
    for (const { id, spec } of await catalog.pools.list()) {
      if (own.has(id) || !(ownsCatalog || spec.agent === nodeName)) continue;
      await this.#reporter.lost(id, `pool ${spec.name} of node ${spec.agent} is not in the configuration any more`);
    }
  }

  async #serve(pool: Pool): Promise<void> {
    const { catalog, nodeName, log, ownsCatalog } = this.#deps;
    const id = poolResourceId(nodeName, pool.name);
    const present = await catalog.pools.find(id);
    if (ownsCatalog && present !== undefined) await takeOverPool(pool, present, catalog);
    await adoptRecords(pool, id, catalog, log);
    this.#serving.set(id, pool);
    await this.#reporter.report(pool);
    for (const reconciler of this.#reconcilers) await reconciler.resume(id);
  }

  #pool(id: string): Pool {
    const pool = this.#serving.get(id);
    if (pool === undefined) throw new Error(`pool ${id} is not served here`);
    return pool;
  }

  async #reportPools(): Promise<void> {
    for (const pool of this.#serving.values()) await this.#reporter.tryReport(pool);
  }

  async #sweep(): Promise<void> {
    const { catalog, log } = this.#deps;
    for (const [id, pool] of this.#serving) {
      try {
        await sweepHealth(pool, id, catalog, this.#stopping.signal);
      } catch (error) {
        log.error({ pool: id, err: error }, 'health sweep failed');
      }
    }
  }
}
