// Original file: proto/tome.proto


export interface ModifySnapshotRequest {
  'snapshotId'?: (string);
  'changes'?: ({[key: string]: string});
}

export interface ModifySnapshotRequest__Output {
  'snapshotId': (string);
  'changes': ({[key: string]: string});
}
