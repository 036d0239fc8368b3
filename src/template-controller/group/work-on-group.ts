import { isDeepStrictEqual } from 'node:util';
import { ConflictError } from '../../catalog/catalog.ts';
import { requestDeletion } from '../../csi/controller/request-deletion.ts';
import type { TemplateWish, Wanting } from '../../csi/controller/template/create-template.ts';
import { areThere, createTogether, groupOfTemplates } from '../../csi/controller/template/create-templates.ts';
import type { Call } from '../../csi/server/unary.ts';
import { VolumeError } from '../../domain/errors.ts';
import { templateId } from '../../domain/ids.ts';
import type { VolumeTemplateGroup, VolumeTemplateGroupStatus } from '../../domain/volume-template-group.ts';
import { PASSING } from '../template-work.ts';
import type { GroupWork } from './group-work.ts';
import { planMembers } from './plan-members.ts';
import { showTemplates } from './show-templates.ts';

/**
 * Makes all templates that a VolumeTemplateGroup asks for, or none, and a VolumeTemplate for each; writes down what came of it.
 * Once they are there the group has done its work: it can be deleted, and they stay. Safe to repeat, after a crash at any
 * step, and for several replicas at once. Throws when the API server does not answer.
 */
export async function workOnGroup(name: string, work: GroupWork, call: Call): Promise<void> {
  const group = await work.groups.find(name);
  if (group === undefined) return;
  try {
    if (group.spec.desired === 'Absent') await endGroup(group, work, call);
    else if (group.status.state !== 'Ready') await makeGroup(group, work, call);
  } catch (error) {
    // Whoever was faster has it looked at again.
    if (!(error instanceof ConflictError)) throw error;
  }
}

async function makeGroup(group: VolumeTemplateGroup, work: GroupWork, call: Call): Promise<void> {
  // A volume that was in use must not disappear at the next restart of its pod: it is to be asked for again.
  const isRefused = group.spec.convert && group.status.state === 'Failed';
  if (isRefused && group.status.members.length === 0) return;
  // The status that is written over is the one that was read.
  let decided = group;
  try {
    decided = await decideMembers(group, work);
    const wishes = wishesOf(decided);
    // Asked for once more it is not; but another replica may have had it made, or a node that was away.
    if (!isRefused) await createTogether(wishes, work.creating, call, wantingOf(decided, work));
    else if (!(await areThere(wishes, work.creating.catalog))) return;
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    const { state, message } = failureStatus(decided, error);
    await write(decided, { state: isRefused ? 'Failed' : state, message }, work);
    return;
  }
  await finish(decided, work);
}

function failureStatus({ spec, status }: VolumeTemplateGroup, { reason, message }: VolumeError) {
  const isAwaited = spec.convert && reason === 'NotFound' && status.members.length === 0;
  const state = PASSING.includes(reason) || isAwaited ? ('Pending' as const) : ('Failed' as const);
  return { state, message };
}

function wantingOf(decided: VolumeTemplateGroup, work: GroupWork): Wanting {
  const stillWanted = async () => {
    const now = await work.groups.find(decided.id);
    const isSame = isDeepStrictEqual(now?.status.members, decided.status.members);
    if (now?.spec.desired === 'Present' && isSame) return;
    throw new VolumeError('Aborted', `VolumeTemplateGroup ${decided.id} has been deleted`);
  };
  if (!decided.spec.convert) return { stillWanted };
  return { stillWanted, refused: (why) => write(decided, failureStatus(decided, why), work) };
}

/** They are there: before this nobody may make a VolumeTemplate of them, which would be made alone. */
async function finish(group: VolumeTemplateGroup, work: GroupWork): Promise<void> {
  const { members } = group.status;
  const taken = await showTemplates(group, members, work);
  const message = taken.length === 0 ? '' : `VolumeTemplate ${taken.join(', ')} is of somebody else`;
  const creationTime = await timeOf(group, work);
  await write(group, { state: 'Ready', message, ...(creationTime !== undefined && { creationTime }) }, work);
}

/** What was asked for and is not decided is taken back; what is, becomes VolumeTemplates, and stays. */
async function endGroup(group: VolumeTemplateGroup, work: GroupWork, call: Call): Promise<void> {
  const { groups, creating } = work;
  const { members, state } = group.status;
  if (members.length > 0 && state !== 'Ready') {
    const wishes = wishesOf(group);
    try {
      await requestDeletion(creating.catalog.groups, groupOfTemplates(wishes), () => undefined, creating, call);
      if (await areThere(wishes, creating.catalog)) await showTemplates(group, members, work);
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      // Of this name there are others.
      if (error.reason !== 'AlreadyExists') {
        await write(group, { message: error.message }, work);
        return;
      }
    }
  }
  await groups.remove(group);
}

/** Those that were decided on, or are now: written before anything is made of them, with the finalizer. */
async function decideMembers(group: VolumeTemplateGroup, work: GroupWork): Promise<VolumeTemplateGroup> {
  if (group.status.members.length > 0) return group;
  const { members, leftOut } = await planMembers(group, work);
  return await work.groups.updateStatus(group, { ...group.status, members: [...members], leftOut: [...leftOut] });
}

function wishesOf({ spec, status }: VolumeTemplateGroup): readonly TemplateWish[] {
  const { convert, deleteLock, tags } = spec;
  return status.members.map(({ template: name, volume, uuid }) => ({
    name,
    uuid,
    source: { kind: 'volume', id: volume },
    convert,
    marks: { deleteLock, tags },
  }));
}

/** Of those that are still there. */
async function timeOf({ status: { members } }: VolumeTemplateGroup, { creating }: GroupWork) {
  for (const { template } of members) {
    const found = await creating.catalog.snapshots.find(templateId(template));
    if (found?.status.creationTime !== undefined) return found.status.creationTime;
  }
  return undefined;
}

/** Throws ConflictError when it is not as it was read any more. */
async function write(
  group: VolumeTemplateGroup,
  changes: Partial<VolumeTemplateGroupStatus>,
  { groups }: GroupWork,
): Promise<void> {
  const next = { ...group.status, ...changes };
  if (!isDeepStrictEqual(next, group.status)) await groups.updateStatus(group, next);
}
