// Original file: proto/tome.proto

import type { Attachment as _tome_v1_Attachment, Attachment__Output as _tome_v1_Attachment__Output } from '../../tome/v1/Attachment.ts';
import type { ContentSource as _tome_v1_ContentSource, ContentSource__Output as _tome_v1_ContentSource__Output } from '../../tome/v1/ContentSource.ts';
import type { ManagedInfo as _tome_v1_ManagedInfo, ManagedInfo__Output as _tome_v1_ManagedInfo__Output } from '../../tome/v1/ManagedInfo.ts';
import type { Long } from '@grpc/proto-loader';

export interface VolumeInfo {
  'id'?: (string);
  'name'?: (string);
  'state'?: (string);
  'sizeBytes'?: (number | string | Long);
  'usedBytes'?: (number | string | Long);
  'mode'?: (string);
  'message'?: (string);
  'attachedTo'?: (_tome_v1_Attachment)[];
  'pool'?: (string);
  'createdFrom'?: (_tome_v1_ContentSource | null);
  'tags'?: ({[key: string]: string});
  'health'?: (string)[];
  'exclusive'?: (boolean);
  'provisioning'?: (string);
  'managed'?: (_tome_v1_ManagedInfo | null);
  'shared'?: (boolean);
  'usedUnknown'?: (boolean);
  'deleteLock'?: (boolean);
  'populatedFrom'?: (string);
  'ioLimits'?: ({[key: string]: number | string | Long});
}

export interface VolumeInfo__Output {
  'id': (string);
  'name': (string);
  'state': (string);
  'sizeBytes': (string);
  'usedBytes': (string);
  'mode': (string);
  'message': (string);
  'attachedTo': (_tome_v1_Attachment__Output)[];
  'pool': (string);
  'createdFrom': (_tome_v1_ContentSource__Output | null);
  'tags': ({[key: string]: string});
  'health': (string)[];
  'exclusive': (boolean);
  'provisioning': (string);
  'managed': (_tome_v1_ManagedInfo__Output | null);
  'shared': (boolean);
  'usedUnknown': (boolean);
  'deleteLock': (boolean);
  'populatedFrom': (string);
  'ioLimits': ({[key: string]: string});
}
