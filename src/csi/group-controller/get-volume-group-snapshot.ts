import type { Catalog } from '../../catalog/catalog.ts';
import { requireFound } from '../controller/find-resource.ts';
import type { GetVolumeGroupSnapshotRequest__Output } from '../gen/csi/v1/GetVolumeGroupSnapshotRequest.ts';
import type { GetVolumeGroupSnapshotResponse } from '../gen/csi/v1/GetVolumeGroupSnapshotResponse.ts';
import { requireId } from '../server/require.ts';
import { checkMembers } from './check-members.ts';
import { groupMessage } from './group-message.ts';

/** CSI 1.13, GetVolumeGroupSnapshot: throws NotFound, and InvalidArgument when the snapshot ids are not the group's. */
export async function getVolumeGroupSnapshot(
  request: GetVolumeGroupSnapshotRequest__Output,
  { catalog }: { readonly catalog: Catalog },
): Promise<GetVolumeGroupSnapshotResponse> {
  const id = requireId(request.groupSnapshotId, 'group_snapshot_id');
  const group = requireFound(await catalog.groups.find(id), `group snapshot ${id}`);
  checkMembers(group, request.snapshotIds);
  return { groupSnapshot: await groupMessage(group, catalog) };
}
