import { VolumeError } from './errors.ts';
import { nameOfVolume } from './volume-name.ts';
import type { Volume } from './volume.ts';

/** How many clones a refusal names. */
export const NAMED_CLONES = 3;

/** Why a template cannot be deleted: `names` are the first of its clones, `volume NAME` each. */
export function clonesMessage(template: string, names: readonly string[], count: number): string {
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  const clones = count === 1 ? '1 clone' : `${count} clones`;
  return `template "${template}" has ${clones}, and stays as long as there is one: ${names.join(', ')}${more}`;
}

/** Throws FailedPrecondition, naming who has it, for a volume that cannot become a template in place. */
export function refuseInUse(volume: Volume): void {
  const holders = [...volume.spec.attachments, ...volume.status.mounts].map(({ nodeName }) => nodeName);
  if (holders.length === 0) return;
  const nodes = [...new Set(holders)].join(', ');
  const message = `${nameOfVolume(volume)} is attached to node ${nodes}: detach it first, or make the template without converting`;
  throw new VolumeError('FailedPrecondition', message);
}
