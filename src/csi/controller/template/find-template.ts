import type { Catalog } from '../../../catalog/catalog.ts';
import { VolumeError } from '../../../domain/errors.ts';
import { isSettled } from '../../../domain/resource.ts';
import type { Snapshot } from '../../../domain/snapshot.ts';
import { requireReady } from '../find-resource.ts';

/**
 * The template that a volume is to be cloned from. Throws FailedPrecondition when there is none, or it could not be made:
 * then it does not help to ask again; Aborted when it is still being made, or is being deleted.
 */
export async function requireReadyTemplate({ snapshots }: Catalog, id: string, name: string): Promise<Snapshot> {
  const template = await snapshots.find(id);
  if (template === undefined) {
    const message = `there is no template "${name}": make it first, or correct the name`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const { spec, status } = template;
  if (spec.desired === 'Present' && !status.ready && status.failure !== undefined && isSettled(template)) {
    throw new VolumeError('FailedPrecondition', `template "${name}" could not be made: ${status.failure.message}`);
  }
  return requireReady(template);
}

/** The volumes that the catalog has as clones of the template, and the templates that such have become. */
export async function clonesOf(id: string, { volumes }: Catalog): Promise<readonly { readonly name: string }[]> {
  const all = await volumes.list();
  return all.filter(({ spec }) => spec.source?.kind === 'template' && spec.source.id === id).map(({ spec }) => spec);
}
