import { messageOf } from '../domain/errors.ts';
import { identify } from './identify.ts';
import type { ManagedPlace } from './managed-place.ts';

/**
 * Looks which directories the volumes are now: after a restart of the machine, filesystems have other numbers. What is not
 * there, or is another directory, counts as it was; so does what is on a filesystem that does not answer.
 */
export async function refreshIdentities(place: ManagedPlace): Promise<void> {
  for (const { id, managed, identity } of place.records.values()) {
    try {
      const seen = await identify(place, managed.hostPath);
      if (seen.inode === identity.inode) place.identities.set(id, seen);
    } catch (error) {
      const detail = { id, directory: managed.hostPath, why: messageOf(error) };
      place.log.warn(detail, 'the directory of a managed volume is not there');
    }
  }
}
