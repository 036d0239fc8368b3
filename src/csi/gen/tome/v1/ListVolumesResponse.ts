// Original file: proto/tome.proto

import type { VolumeInfo as _tome_v1_VolumeInfo, VolumeInfo__Output as _tome_v1_VolumeInfo__Output } from '../../tome/v1/VolumeInfo.ts';

export interface ListVolumesResponse {
  'volumes'?: (_tome_v1_VolumeInfo)[];
}

export interface ListVolumesResponse__Output {
  'volumes': (_tome_v1_VolumeInfo__Output)[];
}
