import { refuseLocked } from '../../domain/delete-lock.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { DeleteSnapshotRequest__Output } from '../gen/csi/v1/DeleteSnapshotRequest.ts';
import type { DeleteSnapshotResponse } from '../gen/csi/v1/DeleteSnapshotResponse.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import type { ControllerDeps } from './deps.ts';
import { requestDeletion } from './request-deletion.ts';

/** CSI 1.13, DeleteSnapshot: deleting what is gone succeeds, what is locked is refused; a member of a group is deleted only with the group. */
export async function deleteSnapshot(
  request: DeleteSnapshotRequest__Output,
  deps: ControllerDeps,
  call: Call,
): Promise<DeleteSnapshotResponse> {
  const id = requireId(request.snapshotId, 'snapshot_id');
  const { catalog } = deps;
  const snapshot = await catalog.snapshots.find(id);
  // To CSI a template is no snapshot, and what is none is gone.
  if (snapshot?.spec.template !== undefined) return {};
  const groupId = snapshot?.spec.groupId;
  // A member whose group is not known any more could be deleted in no other way.
  if (groupId !== undefined && (await catalog.groups.find(groupId)) !== undefined) {
    const message = `snapshot ${id} is part of group ${groupId}: delete the group (DeleteVolumeGroupSnapshot)`;
    throw new VolumeError('InvalidArgument', message);
  }
  const refuse = ({ spec }: Snapshot): void => {
    refuseLocked(`snapshot ${id}`, 'snapshot', spec);
  };
  await requestDeletion(catalog.snapshots, id, refuse, deps, call);
  return {};
}
