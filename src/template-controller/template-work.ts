import { isDeepStrictEqual } from 'node:util';
import type { Collection } from '../catalog/catalog.ts';
import type { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { modifyStatus } from '../catalog/modify.ts';
import type { Creating } from '../csi/controller/deps.ts';
import type { Reason } from '../domain/errors.ts';
import type { VolumeTemplate, VolumeTemplateStatus } from '../domain/volume-template.ts';

export interface TemplateWork {
  readonly templates: Collection<VolumeTemplate>;
  readonly objects: ObjectClient;
  readonly creating: Creating;
  readonly driverName: string;
}

/** What a later look may find otherwise without anybody doing something. */
export const PASSING: readonly Reason[] = ['Aborted', 'Cancelled', 'DeadlineExceeded', 'Unavailable'];

/** Whether it was ever told to be there. */
export function wasReady({ status }: VolumeTemplate): boolean {
  return status.size > 0;
}

/**
 * Writes down what has come of it. False when the resource is gone, or another one has its name. One that was deleted meanwhile
 * stays as it is: the next look says what comes of that.
 */
export async function writeStatus(
  { id, spec, status }: VolumeTemplate,
  changes: Partial<VolumeTemplateStatus>,
  { templates }: TemplateWork,
): Promise<boolean> {
  const left = await modifyStatus(templates, id, (now) => {
    const next = { ...now.status, ...changes };
    const isOutdated = now.spec.desired !== spec.desired || now.status.uuid !== status.uuid;
    return isOutdated || isDeepStrictEqual(next, now.status) ? undefined : next;
  });
  return left !== undefined && left.status.uuid === status.uuid;
}
