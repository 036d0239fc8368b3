// Original file: proto/tome.proto

import type { QuotaLimit as _tome_v1_QuotaLimit, QuotaLimit__Output as _tome_v1_QuotaLimit__Output } from '../../tome/v1/QuotaLimit.ts';
import type { Long } from '@grpc/proto-loader';

export interface QuotaUse {
  'used'?: (number | string | Long);
  'limit'?: (_tome_v1_QuotaLimit | null);
}

export interface QuotaUse__Output {
  'used': (string);
  'limit': (_tome_v1_QuotaLimit__Output | null);
}
