import type { PoolResource } from '../domain/pool.ts';
import type { Pool } from '../pool/pool.ts';
import type { PoolSet } from '../pool/pool-set.ts';
import { adoptPool, discardInPool } from './adopt-pool.ts';
import type { Adoption } from './adopt-records.ts';
import { imagePlace, type Place } from './place.ts';
import type { PoolReporter } from './pool-reporter.ts';
import { poolResourceId, registerPool } from './register-pool.ts';
import { takeOverPool } from './take-over-pool.ts';
import type { Work } from './work.ts';

export interface ImagePoolsDeps extends Adoption {
  readonly pools: PoolSet;
  readonly nodeName: string;
  readonly ownsCatalog: boolean;
  readonly reporter: PoolReporter;
  /** What the agent serves, by the ids of Pool resources; what is served here is put into it. */
  readonly serving: Map<string, Place>;
  readonly work: Work;
  /** Told when another pool is served. */
  readonly onServed: () => Promise<void>;
}

/** The part of the agent that acts for the node's pools of images. */
export class ImagePools {
  readonly #deps: ImagePoolsDeps;
  readonly #serving = new Map<string, Pool>();

  constructor(deps: ImagePoolsDeps) {
    this.#deps = deps;
  }

  /** Of the Pool resources. */
  get ids(): readonly string[] {
    return this.#deps.pools.names.map((name) => this.#idOf(name));
  }

  /** The pools that are served now, by the ids of their resources. */
  get serving(): ReadonlyMap<string, Pool> {
    return this.#serving;
  }

  async register(): Promise<void> {
    for (const name of this.#deps.pools.names) await this.#register(name);
  }

  /** Serves the pools that are open and, later, those that open; resolves after the first attempts. Never throws. */
  async begin(): Promise<void> {
    await this.#deps.pools.eachOpen((pool) => this.again(pool));
  }

  /** Serves a pool, and tries until it does; resolves after the first attempt. Safe to repeat. */
  again(pool: Pool): Promise<void> {
    return this.#deps.work.first(() => this.#serve(pool), `serving pool ${pool.name}`);
  }

  /** Puts what the catalog has lost of a pool back into it; false when it is not served here. */
  async adoptAgain(id: string): Promise<boolean> {
    const pool = this.#serving.get(id);
    if (pool !== undefined) await adoptPool(pool, id, this.#deps);
    return pool !== undefined;
  }

  /** A node that was given up while it was alive says so by being there again. */
  poolChanged(id: string, resource: PoolResource | undefined): void {
    const { pools, log, work } = this.#deps;
    const name = pools.names.find((own) => this.#idOf(own) === id);
    if (name === undefined) return;
    const pool = this.#serving.get(id);
    if (resource === undefined) {
      log.warn({ pool: id }, 'somebody has deleted this pool from the catalog; it is registered again');
      if (pool === undefined) void work.first(() => this.#register(name), `registering pool ${name}`);
      else void this.again(pool);
    } else if (resource.spec.discard !== undefined && pool !== undefined) {
      void work.first(() => discardInPool(pool, id, this.#deps), `discarding leftovers in pool ${name}`);
    }
  }

  /** Not one after another: a disk that hangs would keep the others from being told of. */
  report(): void {
    const { work, reporter } = this.#deps;
    for (const pool of this.#serving.values()) work.run(reporter.tryReport(pool));
  }

  /** Tells of the pools that are not there. */
  async reportLost(): Promise<void> {
    for (const [name, problem] of this.#deps.pools.failures()) {
      const id = this.#idOf(name);
      if (!this.#serving.has(id)) await this.#deps.reporter.lost(id, problem);
    }
  }

  #idOf(name: string): string {
    return poolResourceId(this.#deps.nodeName, name);
  }

  /** A pool that is not open is known all the same, and is not chosen for new volumes. */
  async #register(name: string): Promise<void> {
    const { catalog, nodeName, pools, reporter } = this.#deps;
    await registerPool(catalog, nodeName, name);
    const problem = pools.failures().get(name);
    if (problem !== undefined) await reporter.lost(this.#idOf(name), problem);
  }

  async #serve(pool: Pool): Promise<void> {
    const { catalog, nodeName, ownsCatalog, reporter, serving, work, onServed } = this.#deps;
    const id = this.#idOf(pool.name);
    // Somebody may have deleted it since the last time.
    const present = (await catalog.pools.find(id)) ?? (await registerPool(catalog, nodeName, pool.name));
    if (ownsCatalog && present !== undefined) await takeOverPool(pool, present, catalog);
    await adoptPool(pool, id, this.#deps);
    this.#serving.set(id, pool);
    serving.set(id, imagePlace(pool));
    await reporter.report(pool);
    await work.resume(id);
    await onServed();
  }
}
