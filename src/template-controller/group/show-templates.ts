import { ConflictError } from '../../catalog/catalog.ts';
import { unseenTemplate, type VolumeTemplateSpec } from '../../domain/volume-template.ts';
import type { TemplateGroupMember, VolumeTemplateGroup } from '../../domain/volume-template-group.ts';
import type { GroupWork } from './group-work.ts';

/**
 * A VolumeTemplate for each template of a group, which are there: people lock, tag and delete them one by one from then on.
 * Safe to repeat. Returns the names of those that are somebody else's.
 */
export async function showTemplates(
  group: VolumeTemplateGroup,
  members: readonly TemplateGroupMember[],
  work: GroupWork,
): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const member of members) if (!(await showTemplate(group, member, work))) taken.push(member.template);
  return taken;
}

async function showTemplate(
  { id: group, spec }: VolumeTemplateGroup,
  { template, volume }: TemplateGroupMember,
  { templates }: GroupWork,
): Promise<boolean> {
  const { convert, deleteLock, tags } = spec;
  const wanted: VolumeTemplateSpec = { source: { volume }, convert, group, deleteLock, tags, desired: 'Present' };
  try {
    await templates.create(template, wanted, unseenTemplate);
    return true;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const present = await templates.find(template);
    return present === undefined || present.spec.group === group;
  }
}
