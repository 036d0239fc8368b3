// Original file: proto/tome.proto


export interface ListGroupsRequest {
  'groupId'?: (string);
  'pool'?: (string);
}

export interface ListGroupsRequest__Output {
  'groupId': (string);
  'pool': (string);
}
