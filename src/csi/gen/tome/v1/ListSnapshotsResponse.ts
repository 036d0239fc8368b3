// Original file: proto/tome.proto

import type { SnapshotInfo as _tome_v1_SnapshotInfo, SnapshotInfo__Output as _tome_v1_SnapshotInfo__Output } from '../../tome/v1/SnapshotInfo.ts';

export interface ListSnapshotsResponse {
  'snapshots'?: (_tome_v1_SnapshotInfo)[];
}

export interface ListSnapshotsResponse__Output {
  'snapshots': (_tome_v1_SnapshotInfo__Output)[];
}
