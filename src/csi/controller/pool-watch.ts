import type { Logger } from 'pino';
import type { Collection } from '../../catalog/catalog.ts';
import type { EventRecorder } from '../../domain/event.ts';
import type { PoolResource } from '../../domain/pool.ts';
import { aboutVolume } from '../../domain/volume-name.ts';
import { silenceMessage, silentSince } from '../../domain/silence.ts';
import type { Requested } from './await-agent.ts';
import type { Asking } from './deps.ts';
import { removeLost } from './request-deletion.ts';

export interface PoolWatchOptions extends Asking {
  readonly events: EventRecorder;
  readonly log: Logger;
}

/** Milliseconds. */
const INTERVAL_MS = 10_000;

/**
 * Looks after pools for which no agent can speak: tells when one has fallen silent, and when somebody has given one up by
 * deleting its Pool, takes out of the catalog what waits there for an agent that does not come. What was ready in it stays
 * listed until it is deleted. All it needs is in the catalog, so every replica may do it, and a round that fails is made
 * up for by the next.
 */
export class PoolWatch {
  readonly #options: PoolWatchOptions;
  /** Pools as they were at the last look, and whether they were silent. */
  readonly #known = new Map<string, { readonly isSilent: boolean }>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(options: PoolWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#round = this.#round.then(() => this.#tryLook());
    }, INTERVAL_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  /** One round, which otherwise begins every 10 s. */
  async look(): Promise<void> {
    const { catalog } = this.#options;
    const pools = await catalog.pools.list();
    const present = new Set(pools.map(({ id }) => id));
    for (const pool of pools) this.#listenTo(pool);
    for (const id of [...this.#known.keys()]) {
      if (!present.has(id)) await this.#tellLoss(id);
    }
    await this.#clear(catalog.volumes, present);
    await this.#clear(catalog.snapshots, present);
    await this.#clear(catalog.groups, present);
  }

  async #tryLook(): Promise<void> {
    try {
      await this.look();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.log.error({ err: error }, 'cannot look after the pools, trying again');
      this.#isFailing = true;
    }
  }

  #listenTo(pool: PoolResource): void {
    const { events, now, log } = this.#options;
    const about = { kind: 'Pool', id: pool.id } as const;
    const since = silentSince(pool, now());
    const wasSilent = this.#known.get(pool.id)?.isSilent ?? false;
    this.#known.set(pool.id, { isSilent: since !== undefined });
    if (since !== undefined && !wasSilent) {
      log.warn({ pool: pool.id, since }, 'the agent of a pool does not answer');
      events.record({ about, type: 'Warning', reason: 'NodeSilent', message: silenceMessage(pool, since) });
    } else if (since === undefined && wasSilent) {
      log.info({ pool: pool.id }, 'the agent of a pool answers again');
      events.record({ about, type: 'Normal', reason: 'NodeAnswers', message: `node ${pool.spec.agent} answers again` });
    }
  }

  /** Those who own what was in it hear of it, where the list is not only a moment older than the pool. */
  async #tellLoss(id: string): Promise<void> {
    const { catalog, events, log } = this.#options;
    if ((await catalog.pools.find(id)) !== undefined) return;
    const volumes = await catalog.volumes.list({ pool: id });
    this.#known.delete(id);
    log.warn({ pool: id, volumes: volumes.length }, 'a pool was given up');
    const message = `pool ${id} was deleted, so its node is gone for good and the data of this volume with it`;
    for (const volume of volumes) {
      events.record({ about: aboutVolume(volume), type: 'Warning', reason: 'VolumeLost', message });
    }
  }

  /** What waits in a pool that is not there waits for nobody: a deletion is done, and a creation is made elsewhere. */
  async #clear<R extends Requested>(collection: Collection<R>, pools: ReadonlySet<string>): Promise<void> {
    for (const resource of await collection.list()) {
      const { spec, status, id } = resource;
      if (pools.has(spec.pool) || (spec.desired === 'Present' && status.ready)) continue;
      if (!(await removeLost(collection, resource, this.#options))) continue;
      this.#options.log.info({ id, pool: spec.pool }, 'waited in a pool that is gone, and is out of the catalog');
    }
  }
}
