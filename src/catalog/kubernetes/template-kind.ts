import { formatSize } from '../../domain/sizes.ts';
import {
  unseenTemplate,
  volumeTemplateSpecSchema,
  volumeTemplateStatusSchema,
  type VolumeTemplateSpec,
  type VolumeTemplateStatus,
} from '../../domain/volume-template.ts';
import type { Kind } from './kinds.ts';

/** What people ask for templates with; the template itself is a Snapshot resource. */
export const templateKind: Kind<VolumeTemplateSpec, VolumeTemplateStatus> = {
  name: 'VolumeTemplate',
  plural: 'volumetemplates',
  spec: volumeTemplateSpecSchema,
  status: volumeTemplateStatusSchema,
  emptyStatus: unseenTemplate,
  display: (_, { size }) => ({ sizeText: formatSize(size) }),
  filters: {},
  doomed: (spec) => ({ ...spec, desired: 'Absent' }),
};
