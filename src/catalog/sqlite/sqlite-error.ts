import { dirname } from 'node:path';
import { VolumeError, type Reason } from '../../domain/errors.ts';

/** SQLite's primary result codes that a person can act on (sqlite.org/rescode.html). */
const MEANINGS: Readonly<Record<number, { reason: Reason; meaning: string }>> = {
  8: { reason: 'Unavailable', meaning: 'cannot be written: check the permissions and that its filesystem is writable' },
  10: { reason: 'Unavailable', meaning: 'cannot be read or written: check its disk' },
  11: { reason: 'DataLoss', meaning: 'is damaged and was left as it is: restore it from a backup' },
  13: { reason: 'ResourceExhausted', meaning: 'cannot grow, its disk is full: free some space there' },
  14: { reason: 'Unavailable', meaning: 'cannot be opened: check that its directory exists and may be written' },
  26: {
    reason: 'DataLoss',
    meaning: 'is no catalog, or damaged, and was left as it is: restore it, or name another file',
  },
};

const SQLITE_BUSY = 5;

/** The error as a VolumeError that names the file, when it is SQLite's; anything else as it is. */
export function explainSqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ERR_INVALID_STATE') {
    return new VolumeError('Unavailable', `catalog ${path} is closed`, { cause: error });
  }
  if (error.code !== 'ERR_SQLITE_ERROR' || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  // The low byte is the primary code, the rest says more of the same.
  const code = error.errcode & 0xff;
  if (code === SQLITE_BUSY) return inUse(path, error);
  const known = MEANINGS[code];
  const detail = `${error.message}, SQLite code ${error.errcode}`;
  return known === undefined
    ? new VolumeError('Internal', `catalog ${path}: ${detail}`, { cause: error })
    : new VolumeError(known.reason, `catalog ${path} ${known.meaning} (${detail})`, { cause: error });
}

/** Nearly always it is a second driver, which somebody has started beside the first. */
function inUse(path: string, cause: Error): VolumeError {
  const message = `a driver already runs on ${dirname(path)}: stop it first (Ctrl-C), or whatever else has ${path} in use`;
  return new VolumeError('FailedPrecondition', message, { cause });
}
