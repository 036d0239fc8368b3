import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import { modifyStatus } from '../catalog/modify.ts';
import type { PoolStatus } from '../domain/pool.ts';
import { poolCapacity, type PoolCapacity } from '../pool/capacity.ts';
import { poolConditions } from '../pool/health.ts';
import type { Pool } from '../pool/pool.ts';
import { poolResourceId } from './register-pool.ts';

type Seen = Partial<PoolStatus> & Pick<PoolStatus, 'ready'>;

/** Milliseconds. */
const FRESH_MS = 1000;
const MOMENT_MS = 50;

interface Line {
  running: Promise<void>;
  next: Promise<void> | undefined;
}

/** Keeps each pool's capacity in the catalog current. Reports asked for while one is under way share the next one. */
export class PoolReporter {
  readonly #catalog: Catalog;
  readonly #nodeName: string;
  readonly #log: Logger;
  readonly #lines = new Map<string, Line>();
  readonly #requested = new Map<Pool, NodeJS.Timeout>();
  readonly #seen = new WeakMap<Pool, { readonly at: number; readonly seen: Seen }>();

  constructor(catalog: Catalog, nodeName: string, log: Logger) {
    this.#catalog = catalog;
    this.#nodeName = nodeName;
    this.#log = log;
  }

  /** Resolves when a report that began after this call is in the catalog. */
  report(pool: Pool): Promise<void> {
    const line = this.#lines.get(pool.name);
    if (line === undefined) {
      const running = this.#write(pool).finally(() => this.#lines.delete(pool.name));
      this.#lines.set(pool.name, { running, next: undefined });
      return running;
    }
    line.next ??= line.running.catch(() => undefined).then(() => this.report(pool));
    return line.next;
  }

  /** As `report`; a failure is logged, since what was done before it stays done. */
  async tryReport(pool: Pool): Promise<void> {
    try {
      await this.report(pool);
    } catch (error) {
      this.#log.error({ pool: pool.name, err: error }, 'pool report failed');
    }
  }

  /** Reports within a moment that others may share; a failure is logged. */
  request(pool: Pool): void {
    if (this.#requested.has(pool)) return;
    const timer = setTimeout(() => {
      this.#requested.delete(pool);
      void this.tryReport(pool);
    }, MOMENT_MS);
    this.#requested.set(pool, timer.unref());
  }

  /** Drops what was requested and has not begun, and waits for what has. */
  async stop(): Promise<void> {
    for (const timer of this.#requested.values()) clearTimeout(timer);
    this.#requested.clear();
    await Promise.allSettled([...this.#lines.values()].map(({ running, next }) => next ?? running));
  }

  /** Tells that the pool cannot be used now. */
  async lost(id: string, message: string): Promise<void> {
    await modifyStatus(this.#catalog.pools, id, ({ status }) => ({
      ...status,
      ready: false,
      conditions: [{ status: 'UNREACHABLE' as const, reason: 'NotOpen', message }],
    }));
  }

  async #write(pool: Pool): Promise<void> {
    const seen = await this.#look(pool);
    const { capacity, promised, available } = pool.ledger;
    const id = poolResourceId(this.#nodeName, pool.name);
    const counted = seen.ready ? { capacity, promised, available } : {};
    await modifyStatus(this.#catalog.pools, id, ({ status }): PoolStatus => ({ ...status, ...seen, ...counted }));
  }

  /** What the disk says, which a busy second may share; what is promised is counted anew each time. */
  async #look(pool: Pool): Promise<Seen> {
    const last = this.#seen.get(pool);
    if (last !== undefined && performance.now() - last.at < FRESH_MS) return last.seen;
    const at = performance.now();
    const [capacity, conditions] = await Promise.all([this.#capacity(pool), poolConditions(pool)]);
    const { uuid, reflink, settings } = pool;
    const { minimumVolumeSize, maximumVolumeSize } = settings;
    const ready = capacity !== undefined && !conditions.some((condition) => condition.status === 'UNREACHABLE');
    const seen = { ready, uuid, reflink, ...capacity, minimumVolumeSize, maximumVolumeSize, conditions };
    this.#seen.set(pool, { at, seen });
    return seen;
  }

  /** Undefined when the pool does not say: then it keeps what it had, and is not ready. */
  async #capacity(pool: Pool): Promise<PoolCapacity | undefined> {
    try {
      return await poolCapacity(pool);
    } catch (error) {
      this.#log.error({ pool: pool.name, err: error }, 'pool does not tell its capacity');
      return undefined;
    }
  }
}
