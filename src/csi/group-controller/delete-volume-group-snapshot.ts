import type { SnapshotGroup } from '../../domain/snapshot-group.ts';
import type { Asking } from '../controller/deps.ts';
import { findPool } from '../controller/find-pool.ts';
import { removeLost, requestDeletion } from '../controller/request-deletion.ts';
import type { DeleteVolumeGroupSnapshotRequest__Output } from '../gen/csi/v1/DeleteVolumeGroupSnapshotRequest.ts';
import type { DeleteVolumeGroupSnapshotResponse } from '../gen/csi/v1/DeleteVolumeGroupSnapshotResponse.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import { checkMembers } from './check-members.ts';

/** CSI 1.13, DeleteVolumeGroupSnapshot: the group and all its snapshots; deleting what is gone succeeds. */
export async function deleteVolumeGroupSnapshot(
  request: DeleteVolumeGroupSnapshotRequest__Output,
  asking: Asking,
  call: Call,
): Promise<DeleteVolumeGroupSnapshotResponse> {
  const id = requireId(request.groupSnapshotId, 'group_snapshot_id');
  const refuse = (group: SnapshotGroup): void => {
    checkMembers(group, request.snapshotIds);
  };
  await removeLostMembers(id, asking, refuse);
  await requestDeletion(asking.catalog.groups, id, refuse, asking, call);
  return {};
}

/** An agent removes the members with their group; of a pool that is gone nobody else does. */
async function removeLostMembers(id: string, asking: Asking, refuse: (group: SnapshotGroup) => void): Promise<void> {
  const { catalog } = asking;
  const group = await catalog.groups.find(id);
  if (group === undefined || (await findPool(catalog, group.spec.pool)) !== undefined) return;
  refuse(group);
  for (const member of await catalog.snapshots.list({ groupId: id })) {
    await removeLost(catalog.snapshots, member, asking);
  }
}
