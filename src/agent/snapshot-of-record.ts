import type { SnapshotSpec, SnapshotStatus } from '../domain/snapshot.ts';
import type { SnapshotRecord } from '../pool/record.ts';

/** The spec of a snapshot that enters the catalog when its image is there already. `pool` is the Pool resource's id. */
export function snapshotSpec(record: SnapshotRecord, pool: string, groupId: string | undefined): SnapshotSpec {
  const { name, uuid, sourceVolumeId, volumeMode, fsType, deleteLock, tags } = record;
  const { template, sourceSnapshotId, convertedUuid } = record;
  const made = { template, sourceSnapshotId, convertedUuid };
  const image = { name, uuid, sourceVolumeId, volumeMode, fsType, deleteLock, tags, ...made };
  const { claim, storageClass } = record;
  return { desired: 'Present', revision: 1, ...image, pool, claim, storageClass, groupId, parameters: {} };
}

/** The status of a snapshot whose image is there. */
export function snapshotStatus(record: SnapshotRecord, observedRevision: number): SnapshotStatus {
  const { size, heldBytes, creationTime } = record;
  return { observedRevision, ready: true, size, heldBytes, creationTime };
}
