import type { Asking } from '../controller/deps.ts';
import { changeMarks } from '../controller/snapshot-marks.ts';
import type { ModifySnapshotRequest__Output } from '../gen/tome/v1/ModifySnapshotRequest.ts';
import type { ModifySnapshotResponse } from '../gen/tome/v1/ModifySnapshotResponse.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';

/** Locks, unlocks and tags a snapshot. Throws NotFound. Safe to repeat. */
export async function modifySnapshot(
  request: ModifySnapshotRequest__Output,
  asking: Asking,
  call: Call,
): Promise<ModifySnapshotResponse> {
  const id = requireId(request.snapshotId, 'snapshot_id');
  await changeMarks({ id, what: `snapshot ${id}` }, request.changes, asking, call);
  return {};
}
