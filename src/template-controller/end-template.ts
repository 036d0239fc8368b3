import { requestDeletion } from '../csi/controller/request-deletion.ts';
import { changeMarks } from '../csi/controller/snapshot-marks.ts';
import { deleteTemplate } from '../csi/controller/template/delete-template.ts';
import type { Call } from '../csi/server/unary.ts';
import { VolumeError } from '../domain/errors.ts';
import { templateId } from '../domain/ids.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { VolumeTemplate } from '../domain/volume-template.ts';
import { isOwn } from './template-identity.ts';
import { wasReady, writeStatus, type TemplateWork } from './template-work.ts';

/**
 * Deletes the template of a resource that is to go, which goes then; what keeps it is in its status. A volume that was converted
 * before anybody was told of it is somebody's data: that stays, and its resource is there again. Safe to repeat.
 */
export async function endTemplate(template: VolumeTemplate, work: TemplateWork, call: Call): Promise<void> {
  let isKept = false;
  try {
    const own = await findOwn(template, work);
    if (own !== undefined) isKept = !(await removed(own, template, work, call));
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    await writeStatus(template, { state: 'Deleting', message: error.message }, work);
    return;
  }
  await work.templates.remove(template);
  if (isKept) await showAgain(template, work);
}

/**
 * For a template whose resource has gone while it was made, by a controller that could not see it: nobody wants it any more. What
 * was a volume is shown again.
 */
export async function endOrphan(template: VolumeTemplate, work: TemplateWork, call: Call): Promise<void> {
  if ((await findOwn(template, work)) === undefined) return;
  if (template.spec.convert) await showAgain(template, work);
  else await deleteTemplate(templateId(template.id), work.creating, call);
}

async function findOwn(template: VolumeTemplate, { creating }: TemplateWork): Promise<Snapshot | undefined> {
  const present = await creating.catalog.snapshots.find(templateId(template.id));
  return present !== undefined && isOwn(present, template) ? present : undefined;
}

/** False when it stays. */
async function removed(own: Snapshot, template: VolumeTemplate, work: TemplateWork, call: Call): Promise<boolean> {
  const { creating } = work;
  const isNews = template.spec.convert && !wasReady(template);
  if (isNews) return await gaveUp(own, work, call);
  // Taken off while it waits to be deleted.
  if (own.spec.deleteLock === true && !template.spec.deleteLock && own.spec.desired === 'Present') {
    await changeMarks({ id: own.id, what: `template "${template.id}"` }, { deleteLock: 'false' }, creating, call);
  }
  await deleteTemplate(own.id, creating, call);
  return true;
}

/** Has nothing be converted that is not yet; false when it is. */
async function gaveUp(own: Snapshot, { creating }: TemplateWork, call: Call): Promise<boolean> {
  const { snapshots } = creating.catalog;
  const refuse = ({ status }: Snapshot): void => {
    if (status.ready) throw new VolumeError('FailedPrecondition', `${own.id} has been converted`);
  };
  try {
    await requestDeletion(snapshots, own.id, refuse, creating, call);
    return true;
  } catch (error) {
    const left = await snapshots.find(own.id);
    const isConverted = left?.spec.uuid === own.spec.uuid && left.status.ready && left.spec.desired === 'Present';
    if (isConverted) return false;
    throw error;
  }
}

async function showAgain({ id, spec, status }: VolumeTemplate, { templates }: TemplateWork): Promise<void> {
  await templates.create(id, { ...spec, desired: 'Present' }, { ...status, state: 'Pending', message: '' });
}
