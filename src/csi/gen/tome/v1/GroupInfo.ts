// Original file: proto/tome.proto

import type { GroupMember as _tome_v1_GroupMember, GroupMember__Output as _tome_v1_GroupMember__Output } from '../../tome/v1/GroupMember.ts';

export interface GroupInfo {
  'id'?: (string);
  'name'?: (string);
  'state'?: (string);
  'creationTime'?: (string);
  'pool'?: (string);
  'message'?: (string);
  'members'?: (_tome_v1_GroupMember)[];
}

export interface GroupInfo__Output {
  'id': (string);
  'name': (string);
  'state': (string);
  'creationTime': (string);
  'pool': (string);
  'message': (string);
  'members': (_tome_v1_GroupMember__Output)[];
}
