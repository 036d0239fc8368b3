// Original file: proto/tome.proto


export interface ListVolumesRequest {
  'volumeId'?: (string);
  'pool'?: (string);
  'tags'?: ({[key: string]: string});
}

export interface ListVolumesRequest__Output {
  'volumeId': (string);
  'pool': (string);
  'tags': ({[key: string]: string});
}
