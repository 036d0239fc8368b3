import { VolumeError } from './errors.ts';
import type { ManagedRoot, PoolSpec } from './pool.ts';

const LONGEST_PATH = 4095;
const LONGEST_NAME = 255;

/** What a pattern may name; undefined for what the orchestrator has not told. */
export interface PathValues {
  readonly 'pvc.namespace': string | undefined;
  readonly 'pvc.name': string | undefined;
  readonly 'volume.name': string | undefined;
}

const PLACEHOLDER = /\$\{([^}]*)\}/g;

/**
 * The path that a StorageClass's `hostPath` makes of `${pvc.namespace}`, `${pvc.name}` and `${volume.name}`. Each fills
 * part of one component, so that nobody who names a claim leaves the directory that the class means. Throws
 * InvalidArgument for a placeholder that is unknown, has no value, or whose value is no plain name.
 */
export function fillHostPath(pattern: string, values: PathValues): string {
  const path = pattern.replace(PLACEHOLDER, (placeholder, key: string) => {
    const known = isKey(key, values) ? key : undefined;
    if (known === undefined) {
      const list = Object.keys(values).map((name) => `\${${name}}`);
      throw invalid(`hostPath has ${shown(placeholder)} in it: known are ${list.join(', ')}`);
    }
    const value = values[known];
    if (value === undefined)
      throw invalid(`hostPath needs ${placeholder}, which this request does not tell${adviceFor(known)}`);
    if (!isPlainName(value))
      throw invalid(`hostPath cannot have ${placeholder} filled with ${shown(value)}: it is no plain name`);
    return value;
  });
  return requireHostPath(path);
}

/** The path as it is. Throws InvalidArgument when it is not absolute and normalised, or has characters that no such path has. */
export function requireHostPath(path: string): string {
  if (!path.startsWith('/')) throw refused(path, 'is not absolute');
  if (Buffer.byteLength(path) > LONGEST_PATH) throw refused(path, `is longer than ${LONGEST_PATH} bytes`);
  for (const name of path.slice(1).split('/')) {
    if (name === '') throw refused(path, 'has an empty component: write it without "//" and without "/" at its end');
    if (name === '.' || name === '..') throw refused(path, `has the component "${name}": write where it leads to`);
    if (name.includes(':')) throw refused(path, 'has a ":" in it');
    if (CONTROL.test(name)) throw refused(path, 'has a control character in it');
    if (Buffer.byteLength(name) > LONGEST_NAME) throw refused(path, `has a name longer than ${LONGEST_NAME} bytes`);
  }
  return path;
}

/** Whether `path` is below the directory `above`, and not that itself. Both normalised. */
export function isBelow(path: string, above: string): boolean {
  return path.startsWith(above.endsWith('/') ? above : `${above}/`);
}

/** Whether both are the same directory, or one is below the other. */
export function overlaps(one: string, other: string): boolean {
  return one === other || isBelow(one, other) || isBelow(other, one);
}

/** The innermost of the roots that the path is beneath. */
export function rootOf<R extends Pick<ManagedRoot, 'path'>>(path: string, roots: readonly R[]): R | undefined {
  return roots
    .filter((root) => isBelow(path, root.path))
    .sort((a, b) => b.path.length - a.path.length)
    .at(0);
}

/** What is said of a path that is not beneath a root, since it is one. */
export function rootItself(path: string): VolumeError {
  return invalid(`hostPath ${path} is a managed root itself: choose a directory beneath it`);
}

/** Whether what the pattern may be filled to can be beneath one of the pool's roots. */
export function mayBeBeneath(pattern: string, { managedRoots = [] }: PoolSpec): boolean {
  const [fixed = ''] = pattern.split('${');
  return managedRoots.some(({ path }) => isBelow(fixed, path) || (fixed !== pattern && `${path}/`.startsWith(fixed)));
}

const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/;

function isPlainName(value: string): boolean {
  return value !== '' && value !== '.' && value !== '..' && !/[/:]/.test(value) && !CONTROL.test(value);
}

function isKey(key: string, values: PathValues): key is keyof PathValues {
  return Object.hasOwn(values, key);
}

function adviceFor(key: keyof PathValues): string {
  return key === 'volume.name' ? '' : ' (csi-provisioner does with --extra-create-metadata)';
}

function refused(path: string, why: string): VolumeError {
  return invalid(`hostPath ${shown(path)} ${why}`);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}...` : text);
}

function invalid(message: string): VolumeError {
  return new VolumeError('InvalidArgument', message);
}
