// Original file: proto/tome.proto


export interface ContentSource {
  'volumeId'?: (string);
  'snapshotId'?: (string);
  'name'?: (string);
  'source'?: "volumeId"|"snapshotId";
}

export interface ContentSource__Output {
  'volumeId'?: (string);
  'snapshotId'?: (string);
  'name': (string);
  'source'?: "volumeId"|"snapshotId";
}
