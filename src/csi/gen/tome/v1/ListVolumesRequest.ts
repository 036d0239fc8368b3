// Original file: proto/tome.proto


export interface ListVolumesRequest {
  'name'?: (string);
  'pool'?: (string);
}

export interface ListVolumesRequest__Output {
  'name': (string);
  'pool': (string);
}
