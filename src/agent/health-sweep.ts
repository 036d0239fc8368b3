import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../catalog/catalog.ts';
import { modifyStatus } from '../catalog/modify.ts';
import { volumeHealth } from '../pool/health.ts';
import type { Pool } from '../pool/pool.ts';

const PAGE = 100;

/** Looks at every ready volume of a pool and writes down where its health has changed. */
export async function sweepHealth(pool: Pool, poolId: string, catalog: Catalog, signal: AbortSignal): Promise<void> {
  let after = '';
  while (!signal.aborted) {
    const page = await catalog.volumes.list({ pool: poolId, after, limit: PAGE });
    for (const { id, status, spec } of page) {
      if (!status.ready || spec.desired === 'Absent') continue;
      const health = await volumeHealth(pool, { id, uuid: spec.uuid });
      if (isDeepStrictEqual(health, status.health)) continue;
      await modifyStatus(catalog.volumes, id, (now) => (now.status.ready ? { ...now.status, health } : undefined));
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}
