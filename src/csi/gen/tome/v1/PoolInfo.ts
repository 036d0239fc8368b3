// Original file: proto/tome.proto

import type { Long } from '@grpc/proto-loader';

export interface PoolInfo {
  'id'?: (string);
  'name'?: (string);
  'path'?: (string);
  'node'?: (string);
  'state'?: (string);
  'capacityBytes'?: (number | string | Long);
  'promisedBytes'?: (number | string | Long);
  'usedBytes'?: (number | string | Long);
  'availableBytes'?: (number | string | Long);
  'volumes'?: (number | string | Long);
  'snapshots'?: (number | string | Long);
  'reflink'?: (boolean);
  'conditions'?: (string)[];
  'managed'?: (boolean);
}

export interface PoolInfo__Output {
  'id': (string);
  'name': (string);
  'path': (string);
  'node': (string);
  'state': (string);
  'capacityBytes': (string);
  'promisedBytes': (string);
  'usedBytes': (string);
  'availableBytes': (string);
  'volumes': (string);
  'snapshots': (string);
  'reflink': (boolean);
  'conditions': (string)[];
  'managed': (boolean);
}
