import type { Creating } from '../csi/controller/deps.ts';
import { changeMarks } from '../csi/controller/snapshot-marks.ts';
import { createTemplate } from '../csi/controller/template/create-template.ts';
import { clonesOf } from '../csi/controller/template/find-template.ts';
import type { Call } from '../csi/server/unary.ts';
import { VolumeError } from '../domain/errors.ts';
import { templateId } from '../domain/ids.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { VolumeTemplate, VolumeTemplateStatus } from '../domain/volume-template.ts';
import { endOrphan, endTemplate } from './end-template.ts';
import { findSource } from './find-source.ts';
import { refuseForeign, withUuid } from './template-identity.ts';
import { PASSING, wasReady, writeStatus, type TemplateWork } from './template-work.ts';

/**
 * Makes the template that a VolumeTemplate asks for, keeps its lock and tags as that says, or deletes it, and writes down
 * what came of it. Safe to repeat, and for several replicas at once. Throws when the API server does not answer.
 */
export async function workOnTemplate(name: string, work: TemplateWork, call: Call): Promise<void> {
  const template = await work.templates.find(name);
  if (template === undefined) return;
  if (template.spec.desired === 'Absent') {
    await endTemplate(template, work, call);
    return;
  }
  // A volume that was in use must not disappear at the next restart of its pod: it is to be asked for again.
  const isRefused = template.spec.convert && template.status.state === 'Failed' && !wasReady(template);
  // What a group has made needs nothing but to be seen.
  if (isRefused && template.spec.group === undefined) return;
  let known: VolumeTemplate | undefined = template;
  try {
    known = await withUuid(template, work);
    if (known === undefined) return;
    const made = await ensureTemplate(known, work, call);
    const isThere = await writeStatus(known, await statusOf(made, work.creating), work);
    if (!isThere) await endOrphan(known, work, call);
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    await writeStatus(known ?? template, failureStatus(template, error), work);
  }
}

function failureStatus({ spec }: VolumeTemplate, { reason, message }: VolumeError): Partial<VolumeTemplateStatus> {
  const isPassing = PASSING.includes(reason) || (spec.convert && reason === 'NotFound');
  return { state: isPassing ? 'Pending' : 'Failed', message };
}

/** Throws DataLoss when one that was ready is not there: it is never cut anew, that would be of another day. */
async function ensureTemplate(template: VolumeTemplate, work: TemplateWork, call: Call): Promise<Snapshot> {
  const { id: name, spec } = template;
  const id = templateId(name);
  const present = await work.creating.catalog.snapshots.find(id);
  if (present === undefined) refuseMadeBefore(template, id);
  else refuseForeign(present, template);
  if (present?.status.ready !== true || present.spec.desired === 'Absent') return await make(template, work, call);
  const { deleteLock, tags } = spec;
  const changes = changesOf(present, { deleteLock, tags });
  return Object.keys(changes).length === 0
    ? present
    : await changeMarks({ id, what: `template "${name}"` }, changes, work.creating, call);
}

function refuseMadeBefore(template: VolumeTemplate, id: string): void {
  const { id: name, spec } = template;
  if (wasReady(template)) {
    const message = `Snapshot ${id}, which is template "${name}", is gone: delete this resource, or bring the node back that has it`;
    throw new VolumeError('DataLoss', message);
  }
  // Its moment was the one that it has in common with others.
  if (spec.group !== undefined) {
    const message = `Snapshot ${id}, which VolumeTemplateGroup "${spec.group}" has made, is not there: delete this resource`;
    throw new VolumeError('DataLoss', message);
  }
}

async function make(template: VolumeTemplate, work: TemplateWork, call: Call): Promise<Snapshot> {
  const { id: name, spec, status } = template;
  const { deleteLock, tags, convert } = spec;
  const source = await findSource(spec, work);
  const wish = { name, source, convert, marks: { deleteLock, tags }, uuid: status.uuid };
  return await createTemplate(wish, work.creating, call, {
    stillWanted: () => refuseUnwanted(template, work),
    ...(convert && {
      refused: async (why) => {
        await writeStatus(template, failureStatus(template, why), work);
      },
    }),
  });
}

/** Throws Aborted when it has been deleted meanwhile. */
async function refuseUnwanted({ id, status }: VolumeTemplate, { templates }: TemplateWork): Promise<void> {
  const now = await templates.find(id);
  if (now?.spec.desired === 'Present' && now.status.uuid === status.uuid) return;
  throw new VolumeError('Aborted', `VolumeTemplate ${id} has been deleted`);
}

/** As ModifySnapshot has them: a tag that is not there any more has an empty value. */
function changesOf(
  { spec }: Snapshot,
  { deleteLock, tags }: { readonly deleteLock: boolean; readonly tags: Readonly<Record<string, string>> },
): Record<string, string> {
  const before = spec.tags ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(tags)])];
  const changed = names.filter((name) => (before[name] ?? '') !== (tags[name] ?? ''));
  return {
    ...((spec.deleteLock === true) !== deleteLock && { deleteLock: String(deleteLock) }),
    ...Object.fromEntries(changed.map((name) => [`tag.${name}`, tags[name] ?? ''])),
  };
}

async function statusOf(template: Snapshot, { catalog }: Creating): Promise<Partial<VolumeTemplateStatus>> {
  const { agent: node } = (await catalog.pools.find(template.spec.pool))?.spec ?? {};
  const clones = (await clonesOf(template.id, catalog)).length;
  return { state: 'Ready', message: '', size: template.status.size, ...(node !== undefined && { node }), clones };
}
