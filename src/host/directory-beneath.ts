import { constants, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { checkForm, invalid, shown } from './beneath.ts';
import {
  O_PATH,
  openFile,
  pathOf,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  type Descriptor,
} from './descriptor.ts';
import { fromNode } from './errno.ts';
import { HostError } from './host-error.ts';
import type { DirectoryPlace, PinnedDirectory } from './bind-mount.ts';
import { lookAt } from './look-at.ts';
import { listMounts, mountIdOf } from './mountinfo.ts';

const DIRECTORY = O_PATH | constants.O_DIRECTORY;

/**
 * Runs `use` with the directory at `path`, which stays open until that is done. It is resolved by openat2(2) from an open
 * descriptor of `root` on, without any symlink, so no component that is swapped meanwhile leads out of the root. Mounts on
 * the way are followed: only root can have made them. Throws as HostMounts says.
 */
export async function directoryBeneath<T>(
  path: string,
  root: string,
  use: (directory: PinnedDirectory) => Promise<T>,
): Promise<T> {
  checkForm(path);
  const prefix = root.endsWith('/') ? root : `${root}/`;
  if (!path.startsWith(prefix)) throw invalid(path, `is not beneath ${root}`);
  using from = await openFile(root, DIRECTORY, () => `open ${root}`, {
    resolve: RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  }).catch((error: unknown) => {
    throw refusal(`the root directory ${shown(root)}`, 'FailedPrecondition', error);
  });
  using directory = await openFile(path.slice(prefix.length), DIRECTORY, () => `open ${path}`, {
    from: from.fd,
    resolve: RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  }).catch((error: unknown) => {
    throw refusal(`the directory ${shown(path)}`, 'NotFound', error);
  });
  const place = await placeOf(directory, path);
  // Awaited here: the descriptor must stay open until `use` is done.
  return await use({ path: `${pathOf(directory)}/.`, ...place });
}

/** What mountinfo would say of a bind mount of this directory; what is mounted at it is what counts. Throws HostError. */
export async function placeOfDirectory(path: string): Promise<DirectoryPlace> {
  using directory = await openFile(path, DIRECTORY | constants.O_NOFOLLOW, () => `look at ${path}`);
  return await placeOf(directory, path);
}

/** By the id of the mount that the directory is in. */
async function placeOf(directory: Descriptor, path: string): Promise<DirectoryPlace> {
  const mounts = await listMounts();
  const { id, resolved, ...owned } = await lookedAt(directory, path);
  const mount = mounts.find((one) => one.id === id);
  const below = mount === undefined ? undefined : relativeTo(mount.target, resolved);
  if (mount === undefined || below === undefined)
    throw new HostError('EAGAIN', `${path} changes while it is looked at`);
  const { deviceNumber, fsType } = mount;
  return { deviceNumber, fsType, ...owned, root: posix.join(mount.root, below) };
}

interface Look extends Pick<DirectoryPlace, 'inode' | 'uid' | 'gid'> {
  /** Of its mount. */
  readonly id: number;
  readonly resolved: string;
}

async function lookedAt(directory: Descriptor, path: string): Promise<Look> {
  const doing = () => `look at ${path}`;
  const { links, uid, gid, inode } = await lookAt(directory, doing);
  const { id, resolved } = linkOf(directory, doing);
  // Some filesystems count no links at all.
  if (links === 0 && resolved.endsWith(' (deleted)')) {
    throw new VolumeError('NotFound', `the directory ${shown(path)} has just been removed`);
  }
  return { id, resolved, inode, uid, gid };
}

function linkOf(directory: Descriptor, doing: () => string): Pick<Look, 'id' | 'resolved'> {
  try {
    return { id: mountIdOf(directory), resolved: readlinkSync(pathOf(directory)) };
  } catch (error) {
    throw fromNode(error, doing());
  }
}

/** Undefined when it is elsewhere. */
function relativeTo(target: string, path: string): string | undefined {
  if (path === target || target === '/') return path.slice(target.length);
  return path.startsWith(`${target}/`) ? path.slice(target.length + 1) : undefined;
}

function refusal(what: string, missing: 'NotFound' | 'FailedPrecondition', error: unknown): unknown {
  if (!(error instanceof HostError)) return error;
  const refused = (why: string) => new VolumeError('FailedPrecondition', `${what} ${why}`, { cause: error });
  switch (error.code) {
    case 'ENOENT':
      return new VolumeError(missing, `${what} does not exist on this node: make it first`, { cause: error });
    case 'ELOOP':
    case 'EXDEV':
      return refused('has a symlink in its path, which is never followed: use the path without symlinks');
    case 'ENOTDIR':
      return refused('is not a directory, or leads through something that is none');
    case 'EACCES':
    case 'ENOTCONN':
    case 'ESTALE':
    case 'EIO':
      return refused(`cannot be reached: ${error.code}`);
    default:
      return error;
  }
}
