import { deleteVolume } from '../pool/delete-volume.ts';
import type { Pool } from '../pool/pool.ts';
import { adoptRecords, type Adoption } from './adopt-records.ts';
import { discardLeftovers } from './discard-leftovers.ts';

/** Removes what a pool has of volumes that are elsewhere now, and puts all else that it holds into the catalog. Safe to repeat. */
export async function adoptPool(pool: Pool, poolId: string, adoption: Adoption): Promise<void> {
  await discardInPool(pool, poolId, adoption);
  await adoptRecords(pool, poolId, adoption);
}

export function discardInPool(pool: Pool, poolId: string, { catalog, log }: Omit<Adoption, 'events'>): Promise<void> {
  return discardLeftovers(poolId, (id, uuid) => deleteVolume(pool, id, uuid), catalog, log);
}
