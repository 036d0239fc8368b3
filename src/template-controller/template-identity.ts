import { randomUUID } from 'node:crypto';
import { ConflictError } from '../catalog/catalog.ts';
import { checkSameTemplate } from '../csi/controller/template/create-template.ts';
import { VolumeError } from '../domain/errors.ts';
import { templateId } from '../domain/ids.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { VolumeTemplate } from '../domain/volume-template.ts';
import { findSource } from './find-source.ts';
import { wasReady, type TemplateWork } from './template-work.ts';

/**
 * The resource with the uuid by which its template is known, written before that is made, and with the finalizer: so what is made
 * of this name for somebody else is neither taken for it nor deleted with it. A template that is there and is of the same becomes
 * its own. Undefined when another writer was faster, who has it looked at again. Throws AlreadyExists for a template of something
 * else, and as `findSource`.
 */
export async function withUuid(template: VolumeTemplate, work: TemplateWork): Promise<VolumeTemplate | undefined> {
  const { id: name, spec, status } = template;
  if (status.snapshot !== undefined && status.uuid !== undefined) return template;
  const snapshot = templateId(name);
  const present = await work.creating.catalog.snapshots.find(snapshot);
  // Its uuid is not known, and no other one is to be taken for it.
  if (present === undefined && wasReady(template)) return template;
  if (present !== undefined && !wasReady(template)) {
    const { deleteLock, tags, convert } = spec;
    checkSameTemplate(present, { name, source: await findSource(spec, work), convert, marks: { deleteLock, tags } });
  }
  try {
    return await work.templates.updateStatus(template, {
      ...status,
      snapshot,
      uuid: present?.spec.uuid ?? randomUUID(),
    });
  } catch (error) {
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

/** Whether the template is the resource's, and not another one of its name. */
export function isOwn({ spec }: Snapshot, template: VolumeTemplate): boolean {
  const { uuid } = template.status;
  return uuid === undefined ? wasReady(template) : spec.uuid === uuid;
}

/** Throws AlreadyExists for a template that is not the resource's. */
export function refuseForeign(present: Snapshot, template: VolumeTemplate): void {
  if (isOwn(present, template)) return;
  const { sourceSnapshotId, sourceVolumeId } = present.spec;
  const message = `template "${template.id}" exists, and is another one, of ${sourceSnapshotId ?? sourceVolumeId}: choose another name`;
  throw new VolumeError('AlreadyExists', message);
}
