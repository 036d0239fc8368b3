import type { Catalog } from '../../catalog/catalog.ts';
import type { SnapshotGroup } from '../../domain/snapshot-group.ts';
import { requestDeletion } from '../controller/request-deletion.ts';
import type { DeleteVolumeGroupSnapshotRequest__Output } from '../gen/csi/v1/DeleteVolumeGroupSnapshotRequest.ts';
import type { DeleteVolumeGroupSnapshotResponse } from '../gen/csi/v1/DeleteVolumeGroupSnapshotResponse.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import { checkMembers } from './check-members.ts';

/** CSI 1.13, DeleteVolumeGroupSnapshot: the group and all its snapshots; deleting what is gone succeeds. */
export async function deleteVolumeGroupSnapshot(
  request: DeleteVolumeGroupSnapshotRequest__Output,
  { catalog }: { readonly catalog: Catalog },
  call: Call,
): Promise<DeleteVolumeGroupSnapshotResponse> {
  const id = requireId(request.groupSnapshotId, 'group_snapshot_id');
  const refuse = (group: SnapshotGroup): void => {
    checkMembers(group, request.snapshotIds);
  };
  await requestDeletion(catalog.groups, id, refuse, call);
  return {};
}
