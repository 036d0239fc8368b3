// Original file: proto/tome.proto


export interface TemplateWish {
  'name'?: (string);
  'volumeId'?: (string);
  'snapshotId'?: (string);
  'source'?: "volumeId"|"snapshotId";
}

export interface TemplateWish__Output {
  'name': (string);
  'volumeId'?: (string);
  'snapshotId'?: (string);
  'source'?: "volumeId"|"snapshotId";
}
