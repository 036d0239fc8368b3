import { isDeepStrictEqual } from 'node:util';
import { VolumeError } from '../domain/errors.ts';
import { newStored, storedText } from '../domain/stored-json.ts';
import { recordFile, type ManagedPlace } from './managed-place.ts';
import { managedRecordSchema, type ManagedRecord } from './record.ts';

/** Writes down what has changed of a volume; durable when it returns. Takes the lock. Throws NotFound. */
export async function updateManaged(
  place: ManagedPlace,
  id: string,
  changes: Pick<ManagedRecord, 'exclusive' | 'tags' | 'deleteLock'>,
): Promise<ManagedRecord> {
  return place.locks.run(id, undefined, async () => {
    const record = place.records.get(id);
    if (record === undefined) throw new VolumeError('NotFound', `there is no managed volume ${id} on this node`);
    const changed = newStored(managedRecordSchema, { ...record, ...changes });
    if (isDeepStrictEqual(changed, record)) return record;
    await place.host.files.replace(recordFile(place, id), storedText(changed));
    place.records.set(id, changed);
    return changed;
  });
}
