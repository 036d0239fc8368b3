import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { inaccessible } from '../../domain/health-entry.ts';
import { rootOf } from '../../domain/managed-path.ts';
import { sharedManagedPoolId } from '../../domain/pool.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { HealthEntry, Managed, Volume } from '../../domain/volume.ts';
import { createManaged } from '../../managed/create-volume.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import { managedHealth } from '../../managed/health.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import type { ManagedRecord } from '../../managed/record.ts';
import { updateManaged } from '../../managed/update-volume.ts';
import { answer } from '../answer.ts';
import type { ManagedAgentDeps } from './deps.ts';

type Deps = Pick<ManagedAgentDeps, 'catalog' | 'place'>;

/** Takes the directory for the volume, or gives it back with every byte in it, and answers in the status. */
export async function reconcileManaged(volume: Volume, { place, catalog }: Deps): Promise<void> {
  const { id, spec } = volume;
  if (spec.desired === 'Absent') {
    await deleteManaged(place, id, spec.uuid);
    await catalog.volumes.forget(volume);
    return;
  }
  refuseNew(volume, place);
  const isPresent = await answerTaken(volume, await ensureTaken(volume, { place }), catalog);
  // Given up while it was made, and perhaps made elsewhere: nobody can have been told of it here.
  if (!isPresent && !volume.status.ready) await deleteManaged(place, id, spec.uuid);
}

/** False when it is not there any more. */
export function answerTaken(volume: Volume, health: HealthEntry[], { volumes }: Catalog): Promise<boolean> {
  const observedRevision = volume.spec.revision;
  return answer(volumes, volume, ({ status: { mounts } }) => ({
    observedRevision,
    ready: true,
    size: 0,
    health,
    mounts,
  }));
}

/**
 * The record of the volume, made or changed to fit. One that was ready and is not known any more is made anew, since no
 * data is lost with a record; when that cannot be, the volume is there all the same, and unwell.
 */
export async function ensureTaken(volume: Volume, { place }: Pick<Deps, 'place'>): Promise<HealthEntry[]> {
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

export function recordFields(volume: Volume): Omit<ManagedRecord, 'format' | 'kind' | 'identity' | 'createdAt'> {
  const { id, spec } = volume;
  return { ...spec, id, managed: requireManaged(volume), isShared: spec.pool === sharedManagedPoolId };
}

/** Throws InvalidArgument for one that a person wrote and that is no directory. */
export function requireManaged({ id, spec: { managed, pool } }: Volume): Managed {
  if (managed !== undefined) return managed;
  const message = `volume ${id} is in ${pool}, which has no images: give it spec.managed, or another pool`;
  throw new VolumeError('InvalidArgument', message);
}

/**
 * Throws InvalidArgument beneath a root that other nodes have too: this node cannot know what is theirs. Volumes that are
 * there already, from before all these came into one place, stay.
 */
function refuseNew(volume: Volume, { records, roots }: ManagedPlace): void {
  const { hostPath } = requireManaged(volume);
  const isKnown = volume.status.ready || records.get(volume.id)?.uuid === volume.spec.uuid;
  if (isKnown || rootOf(hostPath, roots)?.shared !== true) return;
  const step = `give it spec.pool ${sharedManagedPoolId}, and spec.home or spec.sharing: many`;
  throw new VolumeError('InvalidArgument', `${nameOfVolume(volume)} is beneath a root that nodes share: ${step}`);
}
