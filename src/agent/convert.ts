import { ConflictError, type Catalog } from '../catalog/catalog.ts';
import { modify } from '../catalog/modify.ts';
import { refuseLocked } from '../domain/delete-lock.ts';
import { VolumeError } from '../domain/errors.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { refuseInUse } from '../domain/template.ts';
import { nameOfVolume } from '../domain/volume-name.ts';
import { convertVolume } from '../pool/convert-volume.ts';
import type { SnapshotRequest } from '../pool/create-snapshot.ts';
import { findSnapshot, findVolume } from '../pool/find.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { adoptVolume } from './adopt-volume.ts';
import { answer } from './answer.ts';
import { snapshotStatus } from './snapshot-of-record.ts';
import { UnfinishedError } from './unfinished-error.ts';

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
  { id: templateId, spec }: Snapshot,
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
    // Renamed it may be when the fsync after that has failed: it is the template then, and nobody is told otherwise.
    if ((await findSnapshot(pool, templateId))?.uuid === spec.uuid) throw new UnfinishedError(error);
    await backInCatalog([volume], pool, spec.pool, catalog);
    throw error;
  }
}

/**
 * For a conversion that is to be deleted before anybody was told of it: whoever does not want it still wants the volume. Where
 * that has become the template already, this is answered with, and the deletion refused; true then. Else the volume is in the
 * catalog.
 */
export async function keepConverted(snapshot: Snapshot, pool: Pool, catalog: Catalog): Promise<boolean> {
  const { id, spec } = snapshot;
  const { sourceVolumeId, convertedUuid: uuid, template = spec.name } = spec;
  if (uuid === undefined) return false;
  const record = await findSnapshot(pool, id);
  if (record?.uuid !== spec.uuid) {
    await backInCatalog([{ id: sourceVolumeId, uuid }], pool, spec.pool, catalog);
    return false;
  }
  const message = `volume ${sourceVolumeId} has become template "${template}" already, with all that is in it: delete the template once more if nothing of that is needed`;
  const failure = { reason: 'FailedPrecondition', message };
  // Before the answer: a deletion that stays refused is tried again, and nobody would know by then that it was not told of.
  await modify(catalog.snapshots, id, ({ spec: now }) => {
    const isAsked = now.uuid === spec.uuid && now.revision === spec.revision && now.desired === 'Absent';
    return isAsked ? { ...now, desired: 'Present' as const } : undefined;
  });
  await answer(catalog.snapshots, snapshot, () => ({ ...snapshotStatus(record, spec.revision), failure }));
  return true;
}

/** Throws FailedPrecondition when the volume is attached, locked or being deleted. One that has left already is fine. */
export async function leaveCatalog({ id, uuid }: Leaving, { volumes }: Catalog): Promise<void> {
  for (;;) {
    const volume = await volumes.find(id);
    if (volume?.spec.uuid !== uuid) return;
    // Who deletes it would take its leaving for the deletion.
    if (volume.spec.desired === 'Absent') {
      throw new VolumeError(
        'FailedPrecondition',
        `${nameOfVolume(volume)} is being deleted: it cannot become a template`,
      );
    }
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
