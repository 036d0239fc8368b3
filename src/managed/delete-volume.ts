import { VolumeError } from '../domain/errors.ts';
import { nameOfVolume } from '../domain/volume-name.ts';
import { recordFile, type ManagedPlace } from './managed-place.ts';

/**
 * Forgets a volume: its record is gone, durably, and every byte of its directory stays. Takes the lock. Safe to repeat:
 * one that is gone, or another of the same id, is not ours to forget. Throws FailedPrecondition while it is shown here.
 */
export async function deleteManaged(place: ManagedPlace, id: string, uuid: string): Promise<void> {
  await place.locks.run(id, undefined, async () => {
    const record = place.records.get(id);
    if (record?.uuid !== uuid) return;
    const shown = await place.shown.of(id);
    if (shown.length > 0) {
      const targets = shown.map(({ target }) => target).join(', ');
      throw new VolumeError('FailedPrecondition', `${nameOfVolume({ id, spec: record })} is in use at ${targets}`);
    }
    const file = recordFile(place, id);
    await place.host.files.remove(file);
    await place.host.files.sync(place.directory);
    place.records.delete(id);
    place.identities.delete(id);
  });
}
