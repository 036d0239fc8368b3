// Original file: proto/tome.proto

import type { ContentSource as _tome_v1_ContentSource, ContentSource__Output as _tome_v1_ContentSource__Output } from '../../tome/v1/ContentSource.ts';
import type { Long } from '@grpc/proto-loader';

export interface TemplateInfo {
  'id'?: (string);
  'name'?: (string);
  'state'?: (string);
  'sizeBytes'?: (number | string | Long);
  'heldBytes'?: (number | string | Long);
  'createdFrom'?: (_tome_v1_ContentSource | null);
  'converted'?: (boolean);
  'creationTime'?: (string);
  'pool'?: (string);
  'mode'?: (string);
  'message'?: (string);
  'tags'?: ({[key: string]: string});
  'deleteLock'?: (boolean);
  'clones'?: (string)[];
}

export interface TemplateInfo__Output {
  'id': (string);
  'name': (string);
  'state': (string);
  'sizeBytes': (string);
  'heldBytes': (string);
  'createdFrom': (_tome_v1_ContentSource__Output | null);
  'converted': (boolean);
  'creationTime': (string);
  'pool': (string);
  'mode': (string);
  'message': (string);
  'tags': ({[key: string]: string});
  'deleteLock': (boolean);
  'clones': (string)[];
}
