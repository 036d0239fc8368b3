import { modifyStatus } from '../catalog/modify.ts';
import type { Collection } from '../catalog/catalog.ts';
import type { Creating } from '../csi/controller/deps.ts';
import { changeMarks } from '../csi/controller/snapshot-marks.ts';
import { checkSameTemplate, createTemplate } from '../csi/controller/template/create-template.ts';
import { deleteTemplate } from '../csi/controller/template/delete-template.ts';
import { clonesOf } from '../csi/controller/template/find-template.ts';
import type { Call } from '../csi/server/unary.ts';
import { VolumeError, type Reason } from '../domain/errors.ts';
import { templateId } from '../domain/ids.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { VolumeTemplate, VolumeTemplateStatus } from '../domain/volume-template.ts';
import type { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { isDeepStrictEqual } from 'node:util';
import { findSource } from './find-source.ts';

export interface TemplateWork {
  readonly templates: Collection<VolumeTemplate>;
  readonly objects: ObjectClient;
  readonly creating: Creating;
  readonly driverName: string;
}

/** What a later look may find otherwise without anybody doing something. */
export const PASSING: readonly Reason[] = ['Aborted', 'Cancelled', 'DeadlineExceeded', 'Unavailable'];

/**
 * Makes the template that a VolumeTemplate asks for, keeps its lock and tags as that says, or deletes it, and writes down
 * what came of it. Safe to repeat, and for several replicas at once. Throws when the API server does not answer.
 */
export async function workOnTemplate(name: string, work: TemplateWork, call: Call): Promise<void> {
  const { templates, creating } = work;
  const template = await templates.find(name);
  if (template === undefined) return;
  const id = templateId(name);
  const isDoomed = template.spec.desired === 'Absent';
  // A volume that was in use must not disappear at the next restart of its pod: it is to be asked for again.
  const isRefused = template.spec.convert && template.status.state === 'Failed' && !wasReady(template);
  // What a group has made needs nothing but to be seen.
  if (!isDoomed && isRefused && template.spec.group === undefined) return;
  try {
    if (isDoomed) {
      if (template.status.snapshot !== undefined) await deleteTemplate(id, creating, call);
      await templates.remove(template);
      return;
    }
    // With this the finalizer is on it, before there is anything to keep it for.
    if (template.status.snapshot === undefined) {
      await refuseForeign(template, id, work);
      await write(template, { snapshot: id }, work);
    }
    await write(template, await statusOf(await ensureTemplate(template, id, work, call), creating), work);
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    const isPassing = PASSING.includes(error.reason) || (template.spec.convert && error.reason === 'NotFound');
    const state = isDoomed ? 'Deleting' : isPassing ? 'Pending' : 'Failed';
    await write(template, { state, message: error.message }, work);
  }
}

/** Throws AlreadyExists for a template that is there and is of something else: it is not this resource's to change or delete. */
async function refuseForeign({ id: name, spec }: VolumeTemplate, id: string, work: TemplateWork): Promise<void> {
  const present = await work.creating.catalog.snapshots.find(id);
  if (present === undefined) return;
  const { deleteLock, tags, convert } = spec;
  checkSameTemplate(present, { name, source: await findSource(spec, work), convert, marks: { deleteLock, tags } });
}

function wasReady({ status }: VolumeTemplate): boolean {
  return status.size > 0;
}

/** Throws DataLoss when one that was ready is not there: it is never cut anew, that would be of another day. */
async function ensureTemplate(template: VolumeTemplate, id: string, work: TemplateWork, call: Call): Promise<Snapshot> {
  const { id: name, spec } = template;
  const { deleteLock, tags, convert } = spec;
  const present = await work.creating.catalog.snapshots.find(id);
  if (present === undefined && wasReady(template)) {
    const message = `Snapshot ${id}, which is template "${name}", is gone: delete this resource, or bring the node back that has it`;
    throw new VolumeError('DataLoss', message);
  }
  // Its moment was the one that it has in common with others.
  if (present === undefined && spec.group !== undefined) {
    const message = `Snapshot ${id}, which VolumeTemplateGroup "${spec.group}" has made, is not there: delete this resource`;
    throw new VolumeError('DataLoss', message);
  }
  if (present?.status.ready !== true || present.spec.desired === 'Absent') {
    const source = await findSource(spec, work);
    return await createTemplate({ name, source, convert, marks: { deleteLock, tags } }, work.creating, call);
  }
  const changes = changesOf(present, { deleteLock, tags });
  return Object.keys(changes).length === 0
    ? present
    : await changeMarks({ id, what: `template "${name}"` }, changes, work.creating, call);
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

async function write(
  { id, spec }: VolumeTemplate,
  changes: Partial<VolumeTemplateStatus>,
  { templates }: TemplateWork,
): Promise<void> {
  await modifyStatus(templates, id, (now) => {
    const next = { ...now.status, ...changes };
    // Deleted meanwhile: the next look says what comes of that.
    const isOutdated = now.spec.desired !== spec.desired;
    return isOutdated || isDeepStrictEqual(next, now.status) ? undefined : next;
  });
}
