import type { Collection } from '../../catalog/catalog.ts';
import type { VolumeTemplateGroup } from '../../domain/volume-template-group.ts';
import type { TemplateWork } from '../template-work.ts';

export interface GroupWork extends TemplateWork {
  readonly groups: Collection<VolumeTemplateGroup>;
}
