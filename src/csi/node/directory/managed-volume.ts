import { VolumeError } from '../../../domain/errors.ts';
import { managedHealth } from '../../../managed/health.ts';
import type { ManagedPlace } from '../../../managed/managed-place.ts';
import type { ManagedRecord } from '../../../managed/record.ts';
import { called } from '../words.ts';
import type { DirectoryVolume } from './directory-volume.ts';
import { managedSource } from './managed-source.ts';

/** A managed volume as it is on this node. */
export function managedVolume(record: ManagedRecord, place: ManagedPlace): DirectoryVolume {
  const { id, uuid, claim, exclusive, sharing } = record;
  return {
    id,
    uuid,
    claim,
    exclusive,
    sharing,
    source: ({ access }) => managedSource(record, access, place),
    health: () => managedHealth(place, record),
    expand: () => {
      const message = `${called(record)} is the directory ${record.managed.hostPath} of this node, which has no size of its own: it cannot be expanded`;
      return Promise.reject(new VolumeError('FailedPrecondition', message));
    },
  };
}
