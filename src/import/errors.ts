import { messageOf, VolumeError } from '../domain/errors.ts';
import { HostError } from '../host/host-error.ts';

/** What is at an address is not what was begun to be read from it, or cannot be gone on with: it has to be read from its start. */
export class SourceChanged extends Error {
  override readonly name = 'SourceChanged';
}

/** A connection that broke, or a server that may answer better later. */
export class Transient extends Error {
  override readonly name = 'Transient';
}

/** A server of which nothing was heard: nobody knows its name, or nothing answers there. */
export class Unreachable extends Transient {}

/** What an import ended with, as whoever asked for it is told. What nobody foresaw stays what it is. */
export function importFailure(error: unknown, label: string): unknown {
  if (error instanceof VolumeError) return error;
  if (error instanceof SourceChanged) {
    return new VolumeError('Unavailable', `${label} changes again and again while it is read: try again later`);
  }
  if (error instanceof Unreachable) {
    return new VolumeError('Unavailable', `${label} cannot be reached: ${error.message}`, { cause: error });
  }
  if (error instanceof Transient) return new VolumeError('Unavailable', `${label}: ${error.message}`, { cause: error });
  if (isDamaged(error)) return new VolumeError('DataLoss', `${label} is damaged, or not whole: ${messageOf(error)}`);
  if (!(error instanceof HostError)) return error;
  // The last is GNU tar's word for a file of which only the beginning had room.
  const isFull = /No space left on device|Disk quota exceeded|Wrote only \d+ of \d+ bytes/.test(error.message);
  const advice = isFull ? ': ask for a larger volume' : '';
  const reason = isFull ? 'ResourceExhausted' : 'FailedPrecondition';
  return new VolumeError(reason, `import of ${label}: ${messageOf(error)}${advice}`, { cause: error });
}

/** What node:zlib says of data. */
function isDamaged(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code));
}
