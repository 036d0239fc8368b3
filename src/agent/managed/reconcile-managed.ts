import { isDeepStrictEqual } from 'node:util';
import { VolumeError } from '../../domain/errors.ts';
import { inaccessible } from '../../domain/health-entry.ts';
import { sharedManagedPoolId } from '../../domain/pool.ts';
import type { HealthEntry, Volume } from '../../domain/volume.ts';
import { createManaged } from '../../managed/create-volume.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import { managedHealth } from '../../managed/health.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import type { ManagedRecord } from '../../managed/record.ts';
import { updateManaged } from '../../managed/update-volume.ts';
import { answer } from '../answer.ts';
import { refuseUseElsewhere, type NodePools } from '../shared/use-elsewhere.ts';
import type { ReconcileDeps } from '../reconcile-volume.ts';

type Deps = Pick<ReconcileDeps, 'catalog'> & NodePools;

/** Takes the directory for the volume, or gives it back with every byte in it, and answers in the status. */
export async function reconcileManaged(volume: Volume, place: ManagedPlace, { catalog, ...own }: Deps): Promise<void> {
  const { id, spec } = volume;
  if (spec.desired === 'Absent') {
    await refuseUseElsewhere(volume, own, catalog);
    await deleteManaged(place, id, spec.uuid);
    await catalog.volumes.forget(volume);
    return;
  }
  const health = await ensureTaken(volume, place);
  const isPresent = await answer(catalog.volumes, volume, ({ status: { mounts } }) => ({
    observedRevision: spec.revision,
    ready: true,
    size: 0,
    health,
    mounts,
  }));
  // Given up while it was made, and perhaps made elsewhere: nobody can have been told of it here.
  if (!isPresent && !volume.status.ready) await deleteManaged(place, id, spec.uuid);
}

/**
 * The record of the volume, made or changed to fit. One that was ready and is not known any more is made anew, since no
 * data is lost with a record; when that cannot be, the volume is there all the same, and unwell.
 */
export async function ensureTaken(volume: Volume, place: ManagedPlace): Promise<HealthEntry[]> {
  const { id, spec, status } = volume;
  try {
    const { exclusive, tags, deleteLock } = await createManaged(place, recordFields(volume));
    const changeable = { exclusive: spec.exclusive, tags: spec.tags, deleteLock: spec.deleteLock };
    if (!isDeepStrictEqual({ exclusive, tags, deleteLock }, changeable)) await updateManaged(place, id, changeable);
  } catch (error) {
    if (!status.ready || !(error instanceof VolumeError)) throw error;
    return [inaccessible('DirectoryRefused', error.message)];
  }
  return status.ready ? await managedHealth(place, { id, uuid: spec.uuid }) : [];
}

function recordFields({ id, spec }: Volume): Omit<ManagedRecord, 'format' | 'kind' | 'identity' | 'createdAt'> {
  const { managed } = spec;
  if (managed === undefined) {
    const message = `volume ${id} is in ${spec.pool}, which has no images: give it spec.managed, or another pool`;
    throw new VolumeError('InvalidArgument', message);
  }
  return { ...spec, id, managed, isShared: spec.pool === sharedManagedPoolId };
}
