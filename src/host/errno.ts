import { constants } from 'node:os';
import { VolumeError } from '../domain/errors.ts';
import { HostError } from './host-error.ts';

/** What Linux answers and Node's table lacks: EUCLEAN is how ext4 and xfs say that a filesystem is damaged. */
const MORE_NAMES: Readonly<Record<number, string>> = {
  108: 'ESHUTDOWN',
  117: 'EUCLEAN',
  121: 'EREMOTEIO',
  123: 'ENOMEDIUM',
  124: 'EMEDIUMTYPE',
};

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .filter(([name]) => name !== 'EWOULDBLOCK' && name !== 'ENOTSUP')
    .map(([name, number]) => [number, name]),
);

/** `ENOENT` for 2, and so on. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? MORE_NAMES[errno] ?? `errno ${errno}`;
}

/** The error for a system call that failed with `code` while `doing` something, which names the paths. */
export function systemError(code: string, doing: string, cause?: unknown): HostError | VolumeError {
  const options = cause === undefined ? {} : { cause };
  if (code === 'ENOSPC') {
    return new VolumeError('ResourceExhausted', `no room left on the disk: ${doing}: ${code}`, options);
  }
  if (code === 'EDQUOT') {
    return new VolumeError('ResourceExhausted', `the disk quota is used up: ${doing}: ${code}`, options);
  }
  return new HostError(code, `${doing}: ${code}`, options);
}

/** What node:fs threw, as a HostError; anything that is not the system's answer stays what it is. */
export function fromNode(error: unknown, doing: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = nodeErrorCode(error);
  return code === undefined ? error : systemError(code, doing, error);
}

/** The errno's name in an error of node:fs; undefined when it is another kind of error. */
export function nodeErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error && 'errno' in error) || typeof error.errno !== 'number') return undefined;
  return errnoName(-error.errno);
}
