// Original file: proto/tome.proto

import type { Long } from '@grpc/proto-loader';

export interface SnapshotInfo {
  'id'?: (string);
  'name'?: (string);
  'state'?: (string);
  'sizeBytes'?: (number | string | Long);
  'heldBytes'?: (number | string | Long);
  'sourceVolumeId'?: (string);
  'sourceVolumeName'?: (string);
  'creationTime'?: (string);
  'groupId'?: (string);
  'pool'?: (string);
  'mode'?: (string);
  'message'?: (string);
  'tags'?: ({[key: string]: string});
  'deleteLock'?: (boolean);
}

export interface SnapshotInfo__Output {
  'id': (string);
  'name': (string);
  'state': (string);
  'sizeBytes': (string);
  'heldBytes': (string);
  'sourceVolumeId': (string);
  'sourceVolumeName': (string);
  'creationTime': (string);
  'groupId': (string);
  'pool': (string);
  'mode': (string);
  'message': (string);
  'tags': ({[key: string]: string});
  'deleteLock': (boolean);
}
