// Original file: proto/tome.proto

import type { Long } from '@grpc/proto-loader';

export interface QuotaLimit {
  'most'?: (number | string | Long);
}

export interface QuotaLimit__Output {
  'most': (string);
}
