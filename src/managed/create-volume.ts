import { overlapError } from '../domain/managed-overlap.ts';
import { overlaps, requireHostPath } from '../domain/managed-path.ts';
import { VolumeError } from '../domain/errors.ts';
import { newStored, storedText } from '../domain/stored-json.ts';
import { identify } from './identify.ts';
import { recordFile, type ManagedPlace } from './managed-place.ts';
import { refuseShown } from './refuse-shown.ts';
import { managedRecordSchema, type Identity, type ManagedRecord } from './record.ts';

export type NewManagedVolume = Omit<ManagedRecord, 'format' | 'kind' | 'identity' | 'createdAt'>;

/** All of a node's volumes are compared with each other one after another, so that two at once cannot both pass. */
const DIRECTORIES = 'directories';

/**
 * Makes a volume of a directory that is there, and touches nothing of it. Takes the lock. Safe to repeat: one with the
 * same uuid is returned as it is. Throws NotFound when this node does not have the directory, FailedPrecondition naming
 * the volume that has it, or one above or below it, AlreadyExists when there is an older volume of this id.
 * `confirm` is called once nothing here stands against it, while no other directory is taken, and before there is a
 * record: what it throws keeps the volume from being made.
 */
export async function createManaged(
  place: ManagedPlace,
  volume: NewManagedVolume,
  confirm: () => Promise<void> = () => Promise.resolve(),
): Promise<ManagedRecord> {
  const { id, uuid, managed } = volume;
  const file = recordFile(place, id);
  return place.locks.run(id, undefined, () =>
    place.locks.run(DIRECTORIES, undefined, async () => {
      const present = place.records.get(id);
      if (present?.uuid === uuid) {
        await confirm();
        return present;
      }
      if (present !== undefined) throw olderVolume(present);
      const [problem] = place.problems;
      if (problem !== undefined)
        throw new VolumeError('FailedPrecondition', `no directory can be taken here: ${problem}`);
      const identity = await identify(place, managed.hostPath);
      refuseOverlap(place, id, managed.hostPath, identity);
      await refuseShown(place, { id, hostPath: managed.hostPath }, identity);
      await confirm();
      const createdAt = new Date().toISOString();
      const record = newStored(managedRecordSchema, { ...volume, format: 1, kind: 'managed', identity, createdAt });
      await place.host.files.makeDirectory(place.directory, 0o700);
      await place.host.files.replace(file, storedText(record));
      place.records.set(id, record);
      place.identities.set(id, identity);
      return record;
    }),
  );
}

/**
 * As `createManaged`, where this node cannot look at the directory, and only others have the volume: decides by the path
 * alone, and keeps no record.
 */
export function takeUnseen(
  place: ManagedPlace,
  { id, hostPath }: { readonly id: string; readonly hostPath: string },
  confirm: () => Promise<void>,
): Promise<void> {
  return place.locks.run(DIRECTORIES, undefined, () => {
    refuseOverlap(place, id, requireHostPath(hostPath), undefined);
    return confirm();
  });
}

/** By path as well: what is mounted below a volume's directory is part of it to whoever looks, and may be away now. */
function refuseOverlap(
  { records, identities }: ManagedPlace,
  id: string,
  hostPath: string,
  own: Identity | undefined,
): void {
  for (const other of records.values()) {
    if (other.id === id) continue;
    const first = { id: other.id, spec: other, hostPath: other.managed.hostPath };
    const identity = identities.get(other.id) ?? other.identity;
    if (overlaps(hostPath, first.hostPath)) throw overlapError(hostPath, first, hostPath, first.hostPath);
    if (own === undefined || identity.deviceNumber !== own.deviceNumber || !overlaps(own.path, identity.path)) continue;
    throw overlapError(hostPath, first, own.path, identity.path);
  }
}

function olderVolume({ id, name, uuid, managed, createdAt }: ManagedRecord): VolumeError {
  const message = `this node has an older volume ${id} ("${name}", uuid ${uuid}, of ${createdAt}): the directory ${managed.hostPath}`;
  return new VolumeError('AlreadyExists', `${message}; delete that volume, or choose another name`);
}
