import { randomUUID } from 'node:crypto';
import { VolumeError } from '../../domain/errors.ts';
import { templateId } from '../../domain/ids.ts';
import type { TemplateGroupMember, VolumeTemplateGroup } from '../../domain/volume-template-group.ts';
import { findClaims } from './find-claims.ts';
import { volumeOfClaim } from './volume-of-claim.ts';
import type { GroupWork } from './group-work.ts';

/** What the API server takes as a name. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export interface PlannedMembers {
  readonly members: readonly TemplateGroupMember[];
  readonly leftOut: readonly string[];
}

/**
 * What is to be made of what, as Kubernetes has it now. Changes nothing. Throws as `findClaims` and `volumeOfClaim`, AlreadyExists
 * for names that are taken, InvalidArgument for those that can be none.
 */
export async function planMembers(group: VolumeTemplateGroup, work: GroupWork): Promise<PlannedMembers> {
  const members: TemplateGroupMember[] = [];
  const leftOut: string[] = [];
  for (const claim of await findClaims(group.spec, work.objects)) {
    const { name } = claim.metadata;
    const volume = await volumeOfClaim(claim, work);
    if (volume === undefined) leftOut.push(name);
    else members.push({ claim: name, volume, template: nameOf(group, name), uuid: randomUUID() });
  }
  if (members.length === 0) {
    const message = `no claim is of driver ${work.driverName}: ${leftOut.join(', ')}`;
    throw new VolumeError('FailedPrecondition', message);
  }
  for (const { template } of members) await refuseTaken(template, work);
  return { members, leftOut };
}

function nameOf({ id, spec }: VolumeTemplateGroup, claim: string): string {
  const name = spec.names.replaceAll('{group}', id).replaceAll('{claim}', claim);
  if (NAME.test(name)) return name;
  const rule = 'has up to 253 small letters, digits, dashes and dots: change spec.names';
  throw new VolumeError('InvalidArgument', `"${name}" cannot be the name of a template, which ${rule}`);
}

async function refuseTaken(name: string, { templates, creating }: GroupWork): Promise<void> {
  const isTaken =
    (await templates.find(name)) !== undefined ||
    (await creating.catalog.snapshots.find(templateId(name))) !== undefined;
  if (!isTaken) return;
  const advice = 'delete it, or choose other names';
  throw new VolumeError('AlreadyExists', `there is a template "${name}" already: ${advice}`);
}
