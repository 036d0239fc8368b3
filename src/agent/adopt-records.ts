import type { Logger } from 'pino';
import { ConflictError, type Catalog } from '../catalog/catalog.ts';
import { VolumeError } from '../domain/errors.ts';
import { volumeSpecSchema } from '../domain/volume.ts';
import { findSnapshot, findVolume } from '../pool/find.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord, VolumeRecord } from '../pool/record.ts';
import { snapshotSpec, snapshotStatus } from './reconcile-snapshot.ts';

/**
 * Puts what the pool holds and the catalog does not know into the catalog: after a lost or restored catalog the data is
 * there again, under its names. A record with another uuid than the catalog's, or of an id that the catalog has in
 * another pool, is reported and kept. One that cannot be adopted does not keep the others out.
 */
export async function adoptRecords(pool: Pool, poolId: string, catalog: Catalog, log: Logger): Promise<void> {
  const known = new Map<string, string>();
  for (const { id, spec } of await catalog.volumes.list({ pool: poolId })) known.set(id, spec.uuid);
  for (const { id, spec } of await catalog.snapshots.list({ pool: poolId })) known.set(id, spec.uuid);

  for (const { id, uuid, ephemeral } of pool.ledger.entries()) {
    // Made and deleted with its pod, without the catalog.
    if (ephemeral === true) continue;
    const expected = known.get(id);
    if (expected === uuid) continue;
    if (expected !== undefined) {
      log.warn(
        { pool: pool.name, id, uuid, expected },
        'the pool holds an older image than the catalog names; it is kept',
      );
      continue;
    }
    try {
      await adopt(pool, id, poolId, catalog);
      log.info({ pool: pool.name, id }, 'adopted');
    } catch (error) {
      if (!(error instanceof ConflictError || error instanceof VolumeError)) throw error;
      log.warn({ pool: pool.name, id, uuid, err: error }, 'what the pool holds cannot be adopted; it is kept');
    }
  }
}

async function adopt(pool: Pool, id: string, poolId: string, catalog: Catalog): Promise<void> {
  const volume = await findVolume(pool, id);
  if (volume !== undefined) await adoptVolume(volume, poolId, catalog);
  const snapshot = volume === undefined ? await findSnapshot(pool, id) : undefined;
  if (snapshot !== undefined) await adoptSnapshot(snapshot, poolId, catalog);
}

async function adoptVolume(record: VolumeRecord, pool: string, catalog: Catalog): Promise<void> {
  const { id, size } = record;
  const request = { desired: 'Present', revision: 1 };
  // Of the record, the schema keeps what a spec has too.
  const spec = volumeSpecSchema.parse({ ...record, ...request, attachments: [], pool });
  await catalog.volumes.create(id, spec, { observedRevision: 1, ready: true, size, health: [], mounts: [] });
}

/**
 * With its group where the catalog has that: then the agent ended while it cut the group, and will go on with it. When
 * the group is gone with the catalog the snapshot is alone, and can be deleted so.
 */
async function adoptSnapshot(record: SnapshotRecord, pool: string, catalog: Catalog): Promise<void> {
  const group = record.groupId === undefined ? undefined : await catalog.groups.find(record.groupId);
  const isMember = group?.spec.members.some(({ uuid }) => uuid === record.uuid) === true;
  const spec = snapshotSpec(record, pool, isMember ? record.groupId : undefined);
  await catalog.snapshots.create(record.id, spec, snapshotStatus(record, 1));
}
