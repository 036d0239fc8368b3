import type { Hash } from 'node:crypto';
import { VolumeError } from '../domain/errors.ts';

/** Throws DataLoss, after `discard`, when what was read is not what was meant. Nothing was said of it: then all is well. */
export async function requireChecksum(
  wanted: string | undefined,
  hash: Hash,
  label: string,
  discard: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const found = hash.digest('hex');
  if (wanted === undefined || found === wanted) return;
  await discard();
  throw new VolumeError(
    'DataLoss',
    `${label} has the checksum sha256:${found}, not sha256:${wanted}: nothing of it is kept`,
  );
}
