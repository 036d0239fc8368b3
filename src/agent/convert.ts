import { ConflictError, type Catalog } from '../catalog/catalog.ts';
import { refuseLocked } from '../domain/delete-lock.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { refuseInUse } from '../domain/template.ts';
import { nameOfVolume } from '../domain/volume-name.ts';
import { convertVolume } from '../pool/convert-volume.ts';
import type { SnapshotRequest } from '../pool/create-snapshot.ts';
import { findVolume } from '../pool/find.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { adoptVolume } from './adopt-volume.ts';

/** A volume that is to become a template. */
export interface Leaving {
  readonly id: string;
  readonly uuid: string;
}

/**
 * The template in the place of its volume. That leaves the catalog before the rename in the pool, by one compare-and-swap
 * with which whoever attaches it collides. After a crash in between it is in the pool alone: the start adopts it, and the
 * template, which is still asked for, is made then.
 */
export async function convert(
  { spec }: Snapshot,
  request: SnapshotRequest,
  pool: Pool,
  { catalog }: { readonly catalog: Catalog },
): Promise<SnapshotRecord> {
  const { sourceVolumeId: id, convertedUuid: uuid = '', template = spec.name } = spec;
  const volume = { id, uuid };
  const leave = () => leaveCatalog(volume, catalog);
  try {
    return await convertVolume(pool, { ...request, template, convertedUuid: uuid }, leave);
  } catch (error) {
    await backInCatalog([volume], pool, spec.pool, catalog);
    throw error;
  }
}

/** Throws FailedPrecondition when the volume is attached or locked. One that has left already is fine. */
export async function leaveCatalog({ id, uuid }: Leaving, { volumes }: Catalog): Promise<void> {
  for (;;) {
    const volume = await volumes.find(id);
    if (volume?.spec.uuid !== uuid) return;
    refuseInUse(volume);
    refuseLocked(nameOfVolume(volume), 'volume', volume.spec);
    try {
      await volumes.remove(volume);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** Volumes that have left the catalog and could not become templates are in it again. */
export async function backInCatalog(
  leaving: readonly Leaving[],
  pool: Pool,
  poolId: string,
  catalog: Catalog,
): Promise<void> {
  for (const { id, uuid } of leaving) {
    const record = await findVolume(pool, id);
    if (record?.uuid !== uuid || (await catalog.volumes.find(id)) !== undefined) continue;
    await adoptVolume(record, poolId, catalog);
  }
}
