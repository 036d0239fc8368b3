// Original file: proto/tome.proto


export interface ListTemplatesRequest {
  'templateId'?: (string);
  'pool'?: (string);
  'tags'?: ({[key: string]: string});
}

export interface ListTemplatesRequest__Output {
  'templateId': (string);
  'pool': (string);
  'tags': ({[key: string]: string});
}
