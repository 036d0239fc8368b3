// Original file: proto/tome.proto


export interface ListSnapshotsRequest {
  'name'?: (string);
  'sourceVolumeId'?: (string);
  'pool'?: (string);
}

export interface ListSnapshotsRequest__Output {
  'name': (string);
  'sourceVolumeId': (string);
  'pool': (string);
}
