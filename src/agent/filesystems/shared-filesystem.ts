import { VolumeError } from '../../domain/errors.ts';
import { inaccessible } from '../../domain/health-entry.ts';
import { sharedFilesystemPoolId } from '../../domain/pool.ts';
import type { Volume } from '../../domain/volume.ts';
import { createVolume } from '../../pool/create-volume.ts';
import { dropVolume } from '../../pool/delete-volume.ts';
import { requireVolume } from '../../pool/find.ts';
import { volumeHealth } from '../../pool/health.ts';
import type { Pool } from '../../pool/pool.ts';
import type { PoolSet } from '../../pool/pool-set.ts';
import type { VolumeRecord } from '../../pool/record.ts';
import { UNUSED, volumeUse, volumeUses } from '../../pool/volume-use.ts';
import { adoptUnknown, tellAdopted, type Adoption } from '../adopt-records.ts';
import { adoptVolume } from '../adopt-volume.ts';
import { discardLeftovers } from '../discard-leftovers.ts';
import type { Place } from '../place.ts';
import type { PoolReporter } from '../pool-reporter.ts';
import { ensureFits } from '../reconcile-volume.ts';
import type { Holding } from '../shared/holding.ts';

export interface SharedFilesystem extends Holding {
  /** The pool of this node that has the record; made or changed to fit. Throws Unavailable while no pool is open. */
  keep(volume: Volume): Promise<{ readonly pool: Pool; readonly record: VolumeRecord }>;
}

/**
 * What this node has of the volumes of a registered filesystem that stores elsewhere, and that nodes share. Their records
 * are in the node's pools, beside those of the pools' own.
 */
export function sharedFilesystem(
  name: string,
  pools: PoolSet,
  { reporter, ...adoption }: Adoption & { readonly reporter: PoolReporter },
): SharedFilesystem {
  const id = sharedFilesystemPoolId(name);
  const has = (pool: Pool, volume: string) => pool.ledger.get(volume)?.sharedPool === id;
  const poolWith = (volume: string) => pools.all().find((pool) => has(pool, volume));
  const held = () => pools.all().flatMap((pool) => [...pool.ledger.entries()].filter((entry) => has(pool, entry.id)));
  const drop = async (volume: string, uuid: string) => {
    for (const pool of pools.all()) if (has(pool, volume)) await dropVolume(pool, volume, uuid);
  };
  return {
    id,
    place: placeIn(pools, poolWith),
    isHere: () => pools.all().length > 0,
    isOffered: () => pools.all().length > 0,
    describe: () => ({ name, filesystem: name }),
    held,
    keep: async (volume) => {
      const pool = poolWith(volume.id) ?? pools.all()[0];
      if (pool === undefined) throw new VolumeError('Unavailable', 'no pool of this node is open, to have the record');
      return { pool, record: await ensureRecord(volume, pool) };
    },
    drop,
    begin: async () => {
      await discardLeftovers(id, drop, adoption.catalog, adoption.log);
      await adoptUnknown(held(), (volume) => adopt(volume, poolWith(volume), id, adoption), id, adoption);
    },
    report: () => reporter.reportSeen(id, { ready: true, conditions: [] }),
  };
}

function placeIn(pools: PoolSet, poolWith: (id: string) => Pool | undefined): Place {
  return {
    has: (id) => poolWith(id) !== undefined,
    use: async (id) => {
      const pool = poolWith(id);
      return pool === undefined ? UNUSED : await volumeUse(pool, id);
    },
    uses: async () => {
      const all = await Promise.all(pools.all().map(async (pool) => [...(await volumeUses(pool))]));
      return new Map(all.flat().filter(([id]) => poolWith(id) !== undefined));
    },
    health: async (volume) => {
      const pool = poolWith(volume.id);
      if (pool !== undefined) return volumeHealth(pool, volume);
      return [inaccessible('RecordMissing', `this node does not know volume ${volume.id}`)];
    },
  };
}

async function ensureRecord({ id, spec }: Volume, pool: Pool): Promise<VolumeRecord> {
  const directory = { stores: 'elsewhere' as const, sharedPool: spec.pool };
  return ensureFits(pool, await createVolume(pool, { ...spec, id, directory }), spec);
}

async function adopt(id: string, pool: Pool | undefined, poolId: string, adoption: Adoption): Promise<void> {
  if (pool === undefined) return;
  await adoptVolume(await requireVolume(pool, id), poolId, adoption.catalog);
  tellAdopted('Volume', id, poolId, adoption);
}
