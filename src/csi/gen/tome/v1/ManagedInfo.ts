// Original file: proto/tome.proto

import type { Long } from '@grpc/proto-loader';

export interface ManagedInfo {
  'hostPath'?: (string);
  'uid'?: (number | string | Long);
  'gid'?: (number | string | Long);
  'containerUid'?: (number | string | Long);
  'containerGid'?: (number | string | Long);
}

export interface ManagedInfo__Output {
  'hostPath': (string);
  'uid': (string);
  'gid': (string);
  'containerUid': (string);
  'containerGid': (string);
}
