import type { GetSnapshotRequest__Output } from '../gen/csi/v1/GetSnapshotRequest.ts';
import type { GetSnapshotResponse } from '../gen/csi/v1/GetSnapshotResponse.ts';
import { requireId } from '../server/require.ts';
import type { ControllerDeps } from './deps.ts';
import { requireSnapshot } from './find-resource.ts';
import { nodesOfPool } from './pool-nodes.ts';
import { snapshotMessage } from './snapshot-message.ts';

/** CSI 1.13, GetSnapshot: also one that is not ready yet. Throws NotFound. */
export async function getSnapshot(
  request: GetSnapshotRequest__Output,
  { catalog }: ControllerDeps,
): Promise<GetSnapshotResponse> {
  const snapshot = await requireSnapshot(catalog, requireId(request.snapshotId, 'snapshot_id'));
  return { snapshot: snapshotMessage(snapshot, await nodesOfPool(catalog, snapshot.spec.pool)) };
}
