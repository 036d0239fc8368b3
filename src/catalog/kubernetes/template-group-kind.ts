import {
  unseenTemplateGroup,
  volumeTemplateGroupSpecSchema,
  volumeTemplateGroupStatusSchema,
  type VolumeTemplateGroupSpec,
  type VolumeTemplateGroupStatus,
} from '../../domain/volume-template-group.ts';
import type { Kind } from './kinds.ts';

/** What people ask for templates of several volumes with, all or none. */
export const templateGroupKind: Kind<VolumeTemplateGroupSpec, VolumeTemplateGroupStatus> = {
  name: 'VolumeTemplateGroup',
  plural: 'volumetemplategroups',
  spec: volumeTemplateGroupSpecSchema,
  status: volumeTemplateGroupStatusSchema,
  emptyStatus: unseenTemplateGroup,
  display: (_, { members }) => ({ memberCount: members.length }),
  filters: {},
  doomed: (spec) => ({ ...spec, desired: 'Absent' }),
};
