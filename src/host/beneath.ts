import { constants, readlinkSync, realpath } from 'node:fs';
import { posix } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { descriptor, O_PATH, pathOf, RESOLVE_NO_SYMLINKS, tryOpen, type Descriptor } from './descriptor.ts';
import { fromNode, systemError } from './errno.ts';
import { HostError } from './host-error.ts';
import type { PinnedPath } from './host.ts';
import { viaNode } from './node-fs.ts';

const LONGEST_NAME = 255;
const LONGEST_PATH = 4095;
const MOST_TRIES = 5;

/**
 * Runs `use` with the path, pinned: its parent is open, resolved without symlinks from the root on (openat2(2)) and
 * beneath one of `roots`, so a component that is swapped afterwards changes nothing. What the last component is, is for
 * `use` to see; the mount functions do not follow it. Throws InvalidArgument for a path that is relative, unnormalised,
 * or elsewhere, NotFound when the parent does not exist, FailedPrecondition when it may not be entered.
 */
export async function beneath<T>(
  path: string,
  roots: readonly string[],
  use: (pinned: PinnedPath) => Promise<T>,
): Promise<T> {
  checkForm(path);
  using parent = await openResolved(posix.dirname(path)).catch((error: unknown) => {
    throw refusal(path, error);
  });
  const resolved = posix.join(parent.resolved, posix.basename(path));
  if (!(await isBeneathOne(resolved, roots))) {
    throw invalid(path, `resolves to ${resolved}, which is not beneath ${roots.join(' or ')}`);
  }
  // Awaited here: the descriptor must stay open until `use` is done.
  return await use({ path: `${pathOf(parent)}/${posix.basename(path)}`, resolved });
}

/** Throws InvalidArgument for a path that is relative, not normalised, the root directory, or longer than the kernel takes. */
export function checkForm(path: string): void {
  if (!path.startsWith('/')) throw invalid(path, 'is not absolute');
  if (path.includes('\0')) throw invalid(path, 'has a NUL in it');
  if (path === '/') throw invalid(path, 'is the root directory');
  if (posix.normalize(path) !== path || path.endsWith('/')) throw invalid(path, 'is not normalised');
  if (Buffer.byteLength(path) > LONGEST_PATH) throw invalid(path, `is longer than ${LONGEST_PATH} bytes`);
  if (path.split('/').some((name) => Buffer.byteLength(name) > LONGEST_NAME)) {
    throw invalid(path, `has a name longer than ${LONGEST_NAME} bytes`);
  }
}

interface ResolvedDirectory extends Descriptor {
  /** Its path without symlinks. */
  readonly resolved: string;
}

/** Opens a directory and says where it is; most paths have no symlinks and are known in one step. */
async function openResolved(path: string): Promise<ResolvedDirectory> {
  let without = path;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const outcome = await tryOpen(without, O_PATH | constants.O_DIRECTORY, { resolve: RESOLVE_NO_SYMLINKS });
    if (outcome.result !== -1) {
      const directory = descriptor(outcome.result);
      if (linkOf(directory) === without) return { ...directory, resolved: without };
      directory.close();
    } else if (outcome.code !== 'ELOOP') {
      throw systemError(outcome.code, `open ${path}`);
    }
    without = await viaNode<string>(
      (done) => {
        realpath.native(path, done);
      },
      () => `resolve ${path}`,
    );
  }
  throw new HostError('ELOOP', `${path} changes while it is looked at`);
}

function linkOf(directory: Descriptor): string {
  try {
    return readlinkSync(pathOf(directory));
  } catch (error) {
    throw fromNode(error, `read ${pathOf(directory)}`);
  }
}

async function isBeneathOne(resolved: string, roots: readonly string[]): Promise<boolean> {
  for (const root of roots) {
    const prefix = root === '/' ? '/' : await resolvedRoot(root);
    if (prefix !== undefined && resolved.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)) return true;
  }
  return false;
}

/** Undefined when there is no such root: then nothing is beneath it. */
async function resolvedRoot(root: string): Promise<string | undefined> {
  try {
    using directory = await openResolved(posix.normalize(root).replace(/(?<=.)\/$/, ''));
    return directory.resolved;
  } catch (error) {
    if (error instanceof HostError && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function refusal(path: string, error: unknown): unknown {
  if (!(error instanceof HostError)) return error;
  switch (error.code) {
    case 'ENOENT':
      return new VolumeError('NotFound', `the directory that ${shown(path)} is in does not exist`, { cause: error });
    case 'ENAMETOOLONG':
    case 'ENOTDIR':
    case 'ELOOP':
      return new VolumeError('InvalidArgument', `${shown(path)} is not a usable path: ${error.code}`, { cause: error });
    case 'EACCES':
      return new VolumeError('FailedPrecondition', `${shown(path)} cannot be reached: ${error.code}`, { cause: error });
    default:
      return error;
  }
}

export function invalid(path: string, why: string): VolumeError {
  return new VolumeError('InvalidArgument', `the path ${shown(path)} ${why}`);
}

/** A path for messages: it may be a megabyte of anything. */
export function shown(path: string): string {
  return JSON.stringify(path.length > 300 ? `${path.slice(0, 300)}...` : path);
}
