import type { PoolStatus } from '../domain/pool.ts';
import { poolCapacity, type PoolCapacity } from '../pool/capacity.ts';
import { poolConditions } from '../pool/health.ts';
import type { Pool } from '../pool/pool.ts';
import type { TroubleLog } from './trouble-log.ts';

type Seen = Partial<PoolStatus> & Pick<PoolStatus, 'ready'>;

/** Milliseconds. */
const FRESH_MS = 1000;

/** Sees what a report says of a pool. */
export class PoolEye {
  readonly #troubles: TroubleLog;
  readonly #seen = new WeakMap<Pool, { readonly at: number; readonly seen: Seen }>();

  constructor(troubles: TroubleLog) {
    this.#troubles = troubles;
  }

  /** What the disk says, which a busy second may share; what is promised is counted anew by the caller each time. */
  async look(pool: Pool): Promise<Seen> {
    const last = this.#seen.get(pool);
    if (last !== undefined && performance.now() - last.at < FRESH_MS) return last.seen;
    const at = performance.now();
    const looks = [this.#capacity(pool), poolConditions(pool), pool.ioLimiter.missing()] as const;
    const [capacity, conditions, problem] = await Promise.all(looks);
    const { uuid, reflink, settings } = pool;
    const { minimumVolumeSize, maximumVolumeSize } = settings;
    const ready = capacity !== undefined && !conditions.some((condition) => condition.status === 'UNREACHABLE');
    // Not undefined, which no catalog keeps: a report without news is not written.
    const limiting = { ioLimits: problem === undefined, ioLimitsProblem: problem ?? '' };
    const bounds = { minimumVolumeSize, maximumVolumeSize };
    const seen = { ready, uuid, reflink, ...limiting, ...capacity, ...bounds, conditions };
    this.#seen.set(pool, { at, seen });
    return seen;
  }

  /** Undefined when the pool does not say: then it keeps what it had, and is not ready. */
  async #capacity(pool: Pool): Promise<PoolCapacity | undefined> {
    const what = `reading the capacity of pool ${pool.name}`;
    try {
      const capacity = await poolCapacity(pool);
      this.#troubles.worked(what);
      return capacity;
    } catch (error) {
      this.#troubles.failed(what, error);
      return undefined;
    }
  }
}
