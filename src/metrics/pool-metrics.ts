import type { Gauge } from 'prom-client';
import type { LoopDevice } from '../host/host.ts';
import { poolCapacity, type PoolCapacity } from '../pool/capacity.ts';
import { isSnapshotId, isVolumeId } from '../pool/layout.ts';
import { isLabelOfPool } from '../pool/loop-label.ts';
import type { PoolSet } from '../pool/pool-set.ts';
import type { Pool } from '../pool/pool.ts';
import { isPresent } from '../pool/presence.ts';
import type { Metrics } from './metrics.ts';

/** Milliseconds: what a disk that hangs may cost a scrape. The pool is shown as not ready then. */
const LIMIT_MS = 2_000;

interface Look {
  readonly name: string;
  /** Undefined while the pool cannot be used. */
  readonly seen: PoolView | undefined;
}

interface PoolView extends PoolCapacity {
  readonly volumes: number;
  readonly snapshots: number;
  readonly loops: number;
}

const GAUGES = {
  capacity: ['tome_pool_capacity_bytes', 'What may be promised in all.'],
  promised: ['tome_pool_promised_bytes', 'What was promised to volumes and snapshots.'],
  used: ['tome_pool_used_bytes', "What is in use on the pool's filesystem, by whomever."],
  available: ['tome_pool_available_bytes', 'What a new volume may have at most.'],
  volumes: ['tome_pool_volumes', 'Volumes in the pool.'],
  snapshots: ['tome_pool_snapshots', 'Snapshots in the pool.'],
  loops: ['tome_pool_loop_devices', "Loop devices that hold the pool's images."],
} as const satisfies Record<keyof PoolView, readonly [name: string, help: string]>;

/** Room, contents and loop devices of this node's pools. */
export function addPoolMetrics(
  metrics: Metrics,
  pools: Pick<PoolSet, 'names' | 'all'>,
  loops: () => Promise<readonly LoopDevice[]>,
): void {
  const labelNames = ['pool'] as const;
  const ready = metrics.gauge({ name: 'tome_pool_ready', help: '1 while the pool can be used.', labelNames });
  const views = Object.entries(GAUGES).map(([field, [name, help]]) => ({
    // The keys of GAUGES are just these.
    field: field as keyof PoolView,
    gauge: metrics.gauge({ name, help, labelNames }) satisfies Gauge<'pool'>,
  }));
  metrics.onScrape(async () => {
    const attached = await loops();
    const looks = await Promise.all(pools.names.map((name) => look(name, pools, attached)));
    for (const { gauge } of views) gauge.reset();
    for (const { name, seen } of looks) {
      ready.set({ pool: name }, seen === undefined ? 0 : 1);
      for (const { field, gauge } of views) if (seen !== undefined) gauge.set({ pool: name }, seen[field]);
    }
  });
}

async function look(name: string, pools: Pick<PoolSet, 'all'>, loops: readonly LoopDevice[]): Promise<Look> {
  const pool = pools.all().find((open) => open.name === name);
  if (pool === undefined) return { name, seen: undefined };
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const limit = setTimeout(resolve, LIMIT_MS, undefined);
  try {
    return { name, seen: await Promise.race([view(pool, loops), late]) };
  } catch {
    return { name, seen: undefined };
  } finally {
    clearTimeout(limit);
  }
}

async function view(pool: Pool, loops: readonly LoopDevice[]): Promise<PoolView | undefined> {
  if (!(await isPresent(pool))) return undefined;
  // What nodes share is not this pool's: it would be counted on each of them.
  const own = [...pool.ledger.entries()].filter(({ sharedPool }) => sharedPool === undefined);
  const ids = own.map(({ id }) => id);
  return {
    ...(await poolCapacity(pool)),
    volumes: ids.filter(isVolumeId).length,
    snapshots: ids.filter(isSnapshotId).length,
    loops: loops.filter(({ label }) => isLabelOfPool(label, pool)).length,
  };
}
