// Original file: proto/tome.proto

import type { GroupInfo as _tome_v1_GroupInfo, GroupInfo__Output as _tome_v1_GroupInfo__Output } from '../../tome/v1/GroupInfo.ts';

export interface ListGroupsResponse {
  'groups'?: (_tome_v1_GroupInfo)[];
}

export interface ListGroupsResponse__Output {
  'groups': (_tome_v1_GroupInfo__Output)[];
}
