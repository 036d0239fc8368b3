// Original file: proto/tome.proto

import type { TemplateWish as _tome_v1_TemplateWish, TemplateWish__Output as _tome_v1_TemplateWish__Output } from '../../tome/v1/TemplateWish.ts';

export interface CreateTemplatesRequest {
  'templates'?: (_tome_v1_TemplateWish)[];
  'convert'?: (boolean);
  'marks'?: ({[key: string]: string});
}

export interface CreateTemplatesRequest__Output {
  'templates': (_tome_v1_TemplateWish__Output)[];
  'convert': (boolean);
  'marks': ({[key: string]: string});
}
