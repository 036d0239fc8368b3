// Original file: proto/tome.proto

import type { QuotaInfo as _tome_v1_QuotaInfo, QuotaInfo__Output as _tome_v1_QuotaInfo__Output } from '../../tome/v1/QuotaInfo.ts';

export interface ListQuotasResponse {
  'quotas'?: (_tome_v1_QuotaInfo)[];
}

export interface ListQuotasResponse__Output {
  'quotas': (_tome_v1_QuotaInfo__Output)[];
}
