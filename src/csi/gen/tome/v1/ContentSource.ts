// Original file: proto/tome.proto


export interface ContentSource {
  'volumeId'?: (string);
  'snapshotId'?: (string);
  'name'?: (string);
  'templateId'?: (string);
  'source'?: "volumeId"|"snapshotId"|"templateId";
}

export interface ContentSource__Output {
  'volumeId'?: (string);
  'snapshotId'?: (string);
  'name': (string);
  'templateId'?: (string);
  'source'?: "volumeId"|"snapshotId"|"templateId";
}
