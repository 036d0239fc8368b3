import type { Snapshot } from '../../domain/snapshot.ts';
import type { Snapshot as SnapshotMessage } from '../gen/csi/v1/Snapshot.ts';
import type { Timestamp } from '../gen/google/protobuf/Timestamp.ts';
import { topologies } from './volume-message.ts';

/** How CSI describes a snapshot; `nodes` are those on which a volume made from it can be used. */
export function snapshotMessage({ id, spec, status }: Snapshot, nodes: readonly string[]): SnapshotMessage {
  return {
    snapshotId: id,
    sourceVolumeId: spec.sourceVolumeId,
    sizeBytes: status.size,
    readyToUse: status.ready,
    groupSnapshotId: spec.groupId ?? '',
    accessibleTopology: topologies(nodes),
    creationTime: timestamp(status.creationTime),
  };
}

/** Null before the cut. */
export function timestamp(iso: string | undefined): Timestamp | null {
  if (iso === undefined) return null;
  const milliseconds = Date.parse(iso);
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: (milliseconds - seconds * 1000) * 1e6 };
}
