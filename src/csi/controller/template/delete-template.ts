import type { Snapshot } from '../../../domain/snapshot.ts';
import { refuseLocked } from '../../../domain/delete-lock.ts';
import { VolumeError } from '../../../domain/errors.ts';
import { clonesMessage, NAMED_CLONES } from '../../../domain/template.ts';
import type { Call } from '../../server/unary.ts';
import type { Asking } from '../deps.ts';
import { requestDeletion } from '../request-deletion.ts';
import { clonesOf } from './find-template.ts';

/**
 * Deletes a template; what is gone is fine. Throws FailedPrecondition for a locked one, and for one with clones: this look
 * is the early one, the pool decides under the lock that whoever makes a clone takes, too.
 */
export async function deleteTemplate(id: string, asking: Asking, call: Call): Promise<void> {
  const { catalog } = asking;
  const clones = await clonesOf(id, catalog);
  const refuse = ({ spec }: Snapshot): void => {
    const name = spec.template ?? id;
    refuseLocked(`template "${name}"`, 'template', spec);
    if (clones.length === 0) return;
    const names = clones.slice(0, NAMED_CLONES).map((clone) => `volume ${clone.name}`);
    throw new VolumeError('FailedPrecondition', clonesMessage(name, names, clones.length));
  };
  await requestDeletion(catalog.snapshots, id, refuse, asking, call);
}
