// Original file: proto/tome.proto

import type { QuotaLimit as _tome_v1_QuotaLimit, QuotaLimit__Output as _tome_v1_QuotaLimit__Output } from '../../tome/v1/QuotaLimit.ts';

export interface SetQuotaRequest {
  'name'?: (string);
  'namespace'?: (string);
  'storageClass'?: (string);
  'pool'?: (string);
  'volumes'?: (_tome_v1_QuotaLimit | null);
  'bytes'?: (_tome_v1_QuotaLimit | null);
  'snapshots'?: (_tome_v1_QuotaLimit | null);
}

export interface SetQuotaRequest__Output {
  'name': (string);
  'namespace': (string);
  'storageClass': (string);
  'pool': (string);
  'volumes': (_tome_v1_QuotaLimit__Output | null);
  'bytes': (_tome_v1_QuotaLimit__Output | null);
  'snapshots': (_tome_v1_QuotaLimit__Output | null);
}
