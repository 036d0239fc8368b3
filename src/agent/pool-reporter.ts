import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../catalog/catalog.ts';
import { modifyStatus } from '../catalog/modify.ts';
import type { EventRecorder } from '../domain/event.ts';
import type { PoolResource, PoolStatus } from '../domain/pool.ts';
import { HEARTBEAT_MS } from '../domain/silence.ts';
import type { Pool } from '../pool/pool.ts';
import { PoolEye } from './pool-eye.ts';
import { poolResourceId } from './register-pool.ts';
import type { TroubleLog } from './trouble-log.ts';

/** Milliseconds. */
const MOMENT_MS = 50;

interface Line {
  running: Promise<void>;
  next: Promise<void> | undefined;
}

export interface PoolReporterOptions {
  readonly catalog: Catalog;
  readonly nodeName: string;
  readonly troubles: TroubleLog;
  readonly events: EventRecorder;
  /** Whether others, who cannot see this process, are to know that it lives. */
  readonly hasHeartbeat: boolean;
  /** Told of each pool that is reported and whose resource is not there: somebody has deleted it. */
  readonly onGone?: (pool: Pool) => void;
}

/** Keeps each pool's capacity in the catalog current. Reports asked for while one is under way share the next one. */
export class PoolReporter {
  readonly #options: PoolReporterOptions;
  readonly #eye: PoolEye;
  readonly #lines = new Map<string, Line>();
  readonly #requested = new Map<Pool, NodeJS.Timeout>();

  constructor(options: PoolReporterOptions) {
    this.#options = options;
    this.#eye = new PoolEye(options.troubles);
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

  /** As `report`; a failure is logged, since what was done before it stays done and the next report says it too. */
  async tryReport(pool: Pool): Promise<void> {
    const what = `reporting pool ${pool.name}`;
    try {
      await this.report(pool);
      this.#options.troubles.worked(what);
    } catch (error) {
      this.#options.troubles.failed(what, error);
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

  /** Tells that the pool cannot be used now, though its agent is there. */
  async lost(id: string, message: string): Promise<void> {
    const conditions = [{ status: 'UNREACHABLE' as const, reason: 'NotOpen', message }];
    await this.reportSeen(id, { ready: false, conditions });
  }

  /** Tells what was seen of a place that has no room to count; undefined when its resource is not there. */
  reportSeen(id: string, seen: Partial<PoolStatus>): Promise<PoolResource | undefined> {
    return this.#update(id, (status) => ({ ...status, ...seen }));
  }

  async #write(pool: Pool): Promise<void> {
    const seen = await this.#eye.look(pool);
    const { capacity, promised, available } = pool.ledger;
    const counted = seen.ready ? { capacity, promised, available } : {};
    const id = poolResourceId(this.#options.nodeName, pool.name);
    const present = await this.#update(id, (status) => ({ ...status, ...seen, ...counted }));
    if (present === undefined) this.#options.onGone?.(pool);
  }

  /** Each write goes through etcd and to every controller: without a change, only the heartbeat is worth one. */
  async #update(id: string, change: (status: PoolStatus) => PoolStatus): Promise<PoolResource | undefined> {
    let before: PoolStatus | undefined;
    const after = await modifyStatus(this.#options.catalog.pools, id, ({ status }) => {
      before = status;
      const changed = change(status);
      if (isDeepStrictEqual(changed, status) && !this.#isHeartbeatDue(status)) return undefined;
      return this.#options.hasHeartbeat ? { ...changed, heartbeat: new Date().toISOString() } : changed;
    });
    if (before !== undefined && after !== undefined) this.#tell(id, before, after.status);
    return after;
  }

  #isHeartbeatDue({ heartbeat }: PoolStatus): boolean {
    if (!this.#options.hasHeartbeat) return false;
    return heartbeat === undefined || Math.abs(Date.now() - Date.parse(heartbeat)) >= HEARTBEAT_MS;
  }

  #tell(id: string, before: PoolStatus, after: PoolStatus): void {
    const about = { kind: 'Pool', id } as const;
    const { events } = this.#options;
    for (const { reason, message } of after.conditions) {
      if (before.conditions.some((known) => known.reason === reason)) continue;
      events.record({ about, type: 'Warning', reason, message });
    }
    if (after.conditions.length > 0 || before.conditions.length === 0) return;
    events.record({ about, type: 'Normal', reason: 'PoolHealthy', message: 'what was wrong with the pool is over' });
  }
}
