import type { Catalog } from '../catalog/catalog.ts';
import { VolumeError } from '../domain/errors.ts';
import { poolConditions } from '../pool/health.ts';
import { within } from '../pool/layout.ts';
import type { Pool } from '../pool/pool.ts';
import type { PoolSet } from '../pool/pool-set.ts';

/** What Probe asks: throws when the catalog cannot be read and written, or a pool is not there or not attended to. */
export async function checkReadiness(catalog: Catalog, pools: PoolSet): Promise<void> {
  await catalog.check();
  await checkPools(pools);
  for (const [name, problem] of pools.unattended()) {
    throw new VolumeError('FailedPrecondition', `nothing can be made in pool ${name}: ${problem}`);
  }
}

/** What Probe asks on a node, which serves the volumes of its pools without a catalog too. */
export async function checkPools(pools: PoolSet): Promise<void> {
  for (const [name, problem] of pools.problems()) {
    throw new VolumeError('FailedPrecondition', `pool ${name} is not open: ${problem}`);
  }
  for (const pool of pools.all()) {
    const lost = (await poolConditions(pool)).find(({ status }) => status === 'UNREACHABLE');
    if (lost !== undefined) throw new VolumeError('FailedPrecondition', `pool ${pool.name}: ${lost.message}`);
    await checkWritable(pool);
  }
}

/** A full pool is ready all the same: volumes are used and deleted in it, which is what it takes to have room again. */
async function checkWritable(pool: Pool): Promise<void> {
  try {
    // What a crash leaves of it there, the next start removes.
    await pool.host.files.checkWritable(within(pool, 'staging'));
  } catch (error) {
    if (!(error instanceof VolumeError) || error.reason !== 'ResourceExhausted') throw error;
  }
}
