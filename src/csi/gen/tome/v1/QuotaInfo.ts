// Original file: proto/tome.proto

import type { QuotaUse as _tome_v1_QuotaUse, QuotaUse__Output as _tome_v1_QuotaUse__Output } from '../../tome/v1/QuotaUse.ts';

export interface QuotaInfo {
  'name'?: (string);
  'namespace'?: (string);
  'storageClass'?: (string);
  'pool'?: (string);
  'volumes'?: (_tome_v1_QuotaUse | null);
  'bytes'?: (_tome_v1_QuotaUse | null);
  'snapshots'?: (_tome_v1_QuotaUse | null);
}

export interface QuotaInfo__Output {
  'name': (string);
  'namespace': (string);
  'storageClass': (string);
  'pool': (string);
  'volumes': (_tome_v1_QuotaUse__Output | null);
  'bytes': (_tome_v1_QuotaUse__Output | null);
  'snapshots': (_tome_v1_QuotaUse__Output | null);
}
