// Original file: proto/tome.proto

import type { PoolInfo as _tome_v1_PoolInfo, PoolInfo__Output as _tome_v1_PoolInfo__Output } from '../../tome/v1/PoolInfo.ts';

export interface ListPoolsResponse {
  'pools'?: (_tome_v1_PoolInfo)[];
}

export interface ListPoolsResponse__Output {
  'pools': (_tome_v1_PoolInfo__Output)[];
}
