import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { findGroup } from './group-commit.ts';
import { imageDirectory, TEMPLATE_RECORD, within } from './layout.ts';
import type { Pool } from './pool.ts';
import type { VolumeRecord } from './record.ts';

type Where = Pick<Pool, 'path' | 'host'>;
type Which = Pick<VolumeRecord, 'id' | 'uuid'>;

/**
 * The name of the template that a volume is decided to become with others, where it could not be moved yet; undefined for
 * all other volumes.
 */
export async function templateToBe(pool: Where, { id, uuid }: Which): Promise<string | undefined> {
  const { files } = pool.host;
  // The template's record is put beside the volume's before anything is decided.
  if ((await files.stat(join(imageDirectory(pool, id), TEMPLATE_RECORD))) === undefined) return undefined;
  for (const name of await files.list(within(pool, 'groups'))) {
    const marker = await findGroup(pool, name.replace(/\.json$/, ''));
    const member = marker?.members.find(({ convertedUuid }) => convertedUuid === uuid);
    if (member !== undefined) return member.template ?? member.snapshotId;
  }
  return undefined;
}

/** Throws FailedPrecondition for such a volume: whoever got it now would write into the template. Its lock must be held. */
export async function refuseConverting(pool: Where, volume: Which): Promise<void> {
  const template = await templateToBe(pool, volume);
  if (template === undefined) return;
  throw new VolumeError(
    'FailedPrecondition',
    `volume ${volume.id} is becoming template "${template}": nobody may use it`,
  );
}
