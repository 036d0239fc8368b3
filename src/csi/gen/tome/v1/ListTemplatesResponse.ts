// Original file: proto/tome.proto

import type { TemplateInfo as _tome_v1_TemplateInfo, TemplateInfo__Output as _tome_v1_TemplateInfo__Output } from '../../tome/v1/TemplateInfo.ts';

export interface ListTemplatesResponse {
  'templates'?: (_tome_v1_TemplateInfo)[];
}

export interface ListTemplatesResponse__Output {
  'templates': (_tome_v1_TemplateInfo__Output)[];
}
