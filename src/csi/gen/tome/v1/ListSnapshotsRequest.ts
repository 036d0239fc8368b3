// Original file: proto/tome.proto


export interface ListSnapshotsRequest {
  'snapshotId'?: (string);
  'sourceVolumeId'?: (string);
  'pool'?: (string);
  'tags'?: ({[key: string]: string});
}

export interface ListSnapshotsRequest__Output {
  'snapshotId': (string);
  'sourceVolumeId': (string);
  'pool': (string);
  'tags': ({[key: string]: string});
}
