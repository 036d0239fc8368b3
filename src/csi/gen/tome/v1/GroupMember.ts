// Original file: proto/tome.proto

import type { Long } from '@grpc/proto-loader';

export interface GroupMember {
  'snapshotId'?: (string);
  'sourceVolumeId'?: (string);
  'sourceVolumeName'?: (string);
  'sizeBytes'?: (number | string | Long);
  'heldBytes'?: (number | string | Long);
}

export interface GroupMember__Output {
  'snapshotId': (string);
  'sourceVolumeId': (string);
  'sourceVolumeName': (string);
  'sizeBytes': (string);
  'heldBytes': (string);
}
