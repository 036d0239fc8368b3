import type { Catalog } from '../catalog/catalog.ts';
import { isDeepStrictEqual } from 'node:util';
import { VolumeError } from '../domain/errors.ts';
import type { EventRecorder } from '../domain/event.ts';
import type { Volume, VolumeSpec, VolumeStatus } from '../domain/volume.ts';
import { aboutVolume } from '../domain/volume-name.ts';
import { createVolume, type NewVolume } from '../pool/create-volume.ts';
import { deleteVolume } from '../pool/delete-volume.ts';
import { findVolume } from '../pool/find.ts';
import { volumeHealth } from '../pool/health.ts';
import type { Pool } from '../pool/pool.ts';
import type { VolumeRecord } from '../pool/record.ts';
import { updateVolume } from '../pool/update-volume.ts';
import { answer } from './answer.ts';
import type { PoolReporter } from './pool-reporter.ts';
import { progressReporter } from './progress.ts';

export interface ReconcileDeps {
  readonly catalog: Catalog;
  readonly reporter: PoolReporter;
  readonly events: EventRecorder;
}

/** Makes the image what the volume's spec says, or removes it, and answers in the status. */
export async function reconcileVolume(volume: Volume, pool: Pool, deps: ReconcileDeps): Promise<void> {
  if (volume.spec.desired === 'Absent') return removeVolume(volume, pool, deps);

  const record = await ensureImage(volume, pool, deps);
  deps.reporter.request(pool);
  const health =
    record === undefined || volume.status.ready
      ? await volumeHealth(pool, { id: volume.id, uuid: volume.spec.uuid })
      : [];
  const seen = {
    observedRevision: volume.spec.revision,
    ready: true,
    size: record?.size ?? volume.status.size,
    health,
  };
  const isPresent = await answer(deps.catalog.volumes, volume, ({ status: { mounts } }): VolumeStatus => ({
    ...seen,
    mounts,
  }));
  // Given up while it was made, and perhaps made elsewhere: nobody can have been told of this image.
  if (!isPresent && !volume.status.ready) await deleteVolume(pool, volume.id, volume.spec.uuid);
}

/**
 * The record of the volume's image, made or changed to fit. Undefined when the image of a volume that was ready is
 * gone: another, empty one in its place would hide that its data is lost, and what else has its id is not touched.
 */
async function ensureImage(volume: Volume, pool: Pool, deps: ReconcileDeps): Promise<VolumeRecord | undefined> {
  const { spec, status, id } = volume;
  if (!status.ready) {
    const onProgress = progressReporter(deps.catalog.volumes, volume, deps.events, aboutVolume(volume));
    return createVolume(pool, { ...spec, id, ...directoryPart(pool, spec) }, { onProgress });
  }
  const record = await findVolume(pool, id);
  if (record?.uuid !== spec.uuid) {
    if (spec.size > status.size)
      throw new VolumeError('DataLoss', `the image of volume ${id} is missing from pool ${pool.name}`);
    return undefined;
  }
  return ensureFits(pool, record, spec);
}

/** The record, with what can change of a volume as the spec asks for it. */
export async function ensureFits(pool: Pool, record: VolumeRecord, spec: VolumeSpec): Promise<VolumeRecord> {
  const { size } = spec;
  const changeable = changeableOf(spec);
  const isFilled = record.populating === true && spec.populating === undefined;
  const fits = record.size >= size && isDeepStrictEqual(changeableOf(record), changeable) && !isFilled;
  if (fits) return record;
  const { ioLimits = null } = spec;
  return updateVolume(pool, record.id, { size, ...changeable, ioLimits, ...(isFilled && { populating: false }) });
}

function changeableOf({ exclusive, provisioning, tags, deleteLock = false, ioLimits }: VolumeRecord | VolumeSpec) {
  return { exclusive, provisioning, tags, deleteLock, ioLimits };
}

/** Set for a volume of a registered filesystem that has no image. */
function directoryPart({ filesystems }: Pool, { fsType }: VolumeSpec): Pick<NewVolume, 'directory'> {
  const registration = fsType === undefined ? undefined : filesystems.directory(fsType);
  return registration === undefined ? {} : { directory: { stores: registration.stores } };
}

async function removeVolume(volume: Volume, pool: Pool, { catalog, reporter }: ReconcileDeps): Promise<void> {
  await deleteVolume(pool, volume.id, volume.spec.uuid);
  await reporter.tryReport(pool);
  await catalog.volumes.forget(volume);
}
