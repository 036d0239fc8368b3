import { messageOf } from '../domain/errors.ts';
import { inaccessible } from '../domain/health-entry.ts';
import type { HealthEntry } from '../domain/volume.ts';
import { identify } from './identify.ts';
import type { ManagedPlace } from './managed-place.ts';
import type { Identity } from './record.ts';

const STEP = 'put it back, or delete the volume (no file is touched) and make it again';

/** What is wrong with a volume's directory now; empty when nothing is. */
export async function managedHealth(
  place: ManagedPlace,
  { id, uuid }: { readonly id: string; readonly uuid: string },
): Promise<HealthEntry[]> {
  const record = place.records.get(id);
  if (record?.uuid !== uuid) return [inaccessible('RecordMissing', `this node does not know volume ${id}`)];
  const { hostPath } = record.managed;
  try {
    const seen = await identify(place, hostPath);
    if (!isSame(seen, place.identities.get(id) ?? record.identity)) {
      const message = `${hostPath} is another directory than the one that the volume was made of: ${STEP}`;
      return [inaccessible('DirectoryReplaced', message)];
    }
    place.identities.set(id, seen);
    return [];
  } catch (error) {
    return [inaccessible('DirectoryMissing', `${messageOf(error)}; ${STEP}`)];
  }
}

/** A network filesystem has a new number with each mount; a disk keeps it, so there another number is another disk. */
function isSame(seen: Identity, known: Identity): boolean {
  return seen.inode === known.inode && (seen.deviceNumber === known.deviceNumber || hasNoDisk(seen.deviceNumber));
}

/** Major number 0, in the bits of st_dev. */
function hasNoDisk(deviceNumber: number): boolean {
  return (Math.floor(deviceNumber / 0x100) & 0xfff) === 0;
}
