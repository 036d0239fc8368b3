import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import type { SnapshotSpec } from '../domain/snapshot.ts';
import type { VolumeSpec } from '../domain/volume.ts';
import { findSnapshot, findVolume } from '../pool/find.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord, VolumeRecord } from '../pool/record.ts';
import { snapshotStatus } from './reconcile-snapshot.ts';

/**
 * Puts what the pool holds and the catalog does not know into the catalog: after a lost or restored catalog the data is
 * there again, under its names. A record with another uuid than the catalog's is reported and kept.
 */
export async function adoptRecords(pool: Pool, poolId: string, catalog: Catalog, log: Logger): Promise<void> {
  const known = new Map<string, string>();
  for (const { id, spec } of await catalog.volumes.list({ pool: poolId })) known.set(id, spec.uuid);
  for (const { id, spec } of await catalog.snapshots.list({ pool: poolId })) known.set(id, spec.uuid);

  for (const { id, uuid } of pool.ledger.entries()) {
    const expected = known.get(id);
    if (expected === uuid) continue;
    if (expected !== undefined) {
      log.warn(
        { pool: pool.name, id, uuid, expected },
        'the pool holds an older image than the catalog names; it is kept',
      );
      continue;
    }
    const volume = await findVolume(pool, id);
    if (volume !== undefined) await adoptVolume(volume, poolId, catalog);
    const snapshot = volume === undefined ? await findSnapshot(pool, id) : undefined;
    if (snapshot !== undefined) await adoptSnapshot(snapshot, poolId, catalog);
    log.info({ pool: pool.name, id }, 'adopted');
  }
}

async function adoptVolume(record: VolumeRecord, pool: string, catalog: Catalog): Promise<void> {
  const { name, uuid, size, volumeMode, fsType, provisioning, exclusive, mkfsOptions, source } = record;
  const image = { name, uuid, size, volumeMode, fsType, provisioning, exclusive, mkfsOptions, source };
  const request = { desired: 'Present' as const, revision: 1 };
  const spec: VolumeSpec = { ...request, ...image, pool, parameters: {}, tags: {}, accessModes: [], attachments: [] };
  await catalog.volumes.create(record.id, spec, { observedRevision: 1, ready: true, size, health: [] });
}

/** Without its group, if it had one: the group is gone with the catalog, and alone the snapshot can be deleted. */
async function adoptSnapshot(record: SnapshotRecord, pool: string, catalog: Catalog): Promise<void> {
  const { name, uuid, sourceVolumeId, volumeMode, fsType } = record;
  const request = { desired: 'Present' as const, revision: 1 };
  const image = { name, uuid, sourceVolumeId, volumeMode, fsType };
  const spec: SnapshotSpec = { ...request, ...image, pool, parameters: {} };
  await catalog.snapshots.create(record.id, spec, snapshotStatus(record, 1));
}
