import type { Catalog } from '../../catalog/catalog.ts';
import type { SnapshotGroup } from '../../domain/snapshot-group.ts';
import { nodesOfPool } from '../controller/pool-nodes.ts';
import { snapshotMessage, timestamp } from '../controller/snapshot-message.ts';
import type { VolumeGroupSnapshot } from '../gen/csi/v1/VolumeGroupSnapshot.ts';

/** How CSI describes a group: its snapshots are in the catalog before it is ready. */
export async function groupMessage(
  { id, spec, status }: SnapshotGroup,
  catalog: Catalog,
): Promise<VolumeGroupSnapshot> {
  const nodes = await nodesOfPool(catalog, spec.pool);
  const snapshots = await catalog.snapshots.list({ groupId: id });
  return {
    groupSnapshotId: id,
    snapshots: snapshots.map((snapshot) => snapshotMessage(snapshot, nodes)),
    creationTime: timestamp(status.creationTime),
    readyToUse: status.ready && snapshots.every((snapshot) => snapshot.status.ready),
  };
}
