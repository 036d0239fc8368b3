import { VolumeError } from '../domain/errors.ts';
import { isTemplateId } from '../domain/ids.ts';
import { clonesMessage, NAMED_CLONES } from '../domain/template.ts';
import { findSnapshot, findVolume } from './find.ts';
import { isVolumeId } from './layout.ts';
import type { Pool } from './pool.ts';
import type { SnapshotRecord } from './record.ts';

/**
 * Throws FailedPrecondition for a template with clones, naming the first few. Its lock must be held, which whoever makes
 * a clone holds too: then none is made behind this look.
 */
export async function refuseCloned(pool: Pool, { id, template }: SnapshotRecord): Promise<void> {
  if (!isTemplateId(id)) return;
  const clones = pool.ledger.clonesOf(id);
  if (clones.length === 0) return;
  const names: string[] = [];
  for (const clone of clones.slice(0, NAMED_CLONES)) names.push(await nameOf(pool, clone));
  throw new VolumeError('FailedPrecondition', clonesMessage(template ?? id, names, clones.length));
}

async function nameOf(pool: Pool, id: string): Promise<string> {
  const record = isVolumeId(id) ? await findVolume(pool, id) : await findSnapshot(pool, id);
  return record === undefined ? id : `${record.kind === 'volume' ? 'volume' : 'template'} ${record.name}`;
}
