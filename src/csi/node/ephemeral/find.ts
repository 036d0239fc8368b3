import { findVolume } from '../../../pool/find.ts';
import { imageUsage } from '../../../pool/image-usage.ts';
import type { FoundVolume } from '../../../pool/pool-set.ts';
import type { NodeDeps } from '../deps.ts';

/**
 * An ephemeral volume, in whichever pool has it. While a pool was not open, its pod may have got another one in another
 * pool: then it is the one that is in use. Throws DataLoss for a record that cannot be read.
 */
export async function findEphemeral({ pools }: NodeDeps, id: string): Promise<FoundVolume | undefined> {
  const found: FoundVolume[] = [];
  for (const pool of pools.all()) {
    const record = await findVolume(pool, id);
    if (record !== undefined) found.push({ pool, record });
  }
  if (found.length < 2) return found[0];
  for (const volume of found) {
    if ((await imageUsage(volume.pool, id)).mounts.length > 0) return volume;
  }
  return found[0];
}
