import { constants, mkdir, readdir, rmdir, unlink, type Dirent } from 'node:fs';
import { VolumeError } from '../domain/errors.ts';
import { openFile, pathOf, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV, type Descriptor } from './descriptor.ts';
import { isHostError } from './host-error.ts';
import { listMounts } from './mountinfo.ts';
import { viaNode } from './node-fs.ts';

/** mkdir -p: there already is fine. Throws HostError. */
export async function makeDirectory(path: string, mode = 0o755): Promise<void> {
  await viaNode<unknown>(
    (done) => {
      mkdir(path, { recursive: true, mode }, done);
    },
    () => `make the directory ${path}`,
  );
}

/** Names in a directory; none when there is no such directory. Throws HostError. */
export async function list(path: string): Promise<readonly string[]> {
  try {
    return await viaNode<string[]>(
      (done) => {
        readdir(path, done);
      },
      () => `list ${path}`,
    );
  } catch (error) {
    if (isHostError(error, 'ENOENT')) return [];
    throw error;
  }
}

/** rmdir(2) or unlink(2): one thing, never recursive; gone already is fine. Throws HostError, ENOTEMPTY and EBUSY among others. */
export async function remove(path: string): Promise<void> {
  const doing = () => `remove ${path}`;
  try {
    await viaNode((done) => {
      rmdir(path, done);
    }, doing);
  } catch (error) {
    if (isHostError(error, 'ENOENT')) return;
    if (!isHostError(error, 'ENOTDIR')) throw error;
    await removeFile(path);
  }
}

/**
 * Removes a directory and all in it; gone already is fine. Refuses with FailedPrecondition, before anything is removed,
 * when something is mounted there. Every directory is opened from its parent without following symlinks or crossing
 * mounts, so nothing that is swapped in meanwhile is removed in its place.
 */
export async function removeTree(path: string): Promise<void> {
  const mounted = (await listMounts()).find(({ target }) => target === path || target.startsWith(`${path}/`));
  if (mounted !== undefined) {
    throw new VolumeError(
      'FailedPrecondition',
      `${mounted.target} is still mounted: unmount it before ${path} is removed`,
    );
  }
  try {
    await emptyAndRemove(path, undefined, path);
  } catch (error) {
    if (isHostError(error, 'ENOTDIR')) await removeFile(path);
    else if (!isHostError(error, 'ENOENT')) throw error;
  }
}

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

async function emptyAndRemove(name: string, parent: Descriptor | undefined, shown: string): Promise<void> {
  const doing = () => `remove ${shown}`;
  {
    const options = parent === undefined ? {} : { from: parent.fd, resolve: RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS };
    using directory = await openFile(name, DIRECTORY, doing, options);
    const entries = await viaNode<Dirent[]>((done) => {
      readdir(pathOf(directory), { withFileTypes: true }, done);
    }, doing);
    for (const entry of entries) {
      if (entry.isDirectory()) await emptyAndRemove(entry.name, directory, `${shown}/${entry.name}`);
      else await removeFile(`${pathOf(directory)}/${entry.name}`);
    }
  }
  await viaNode((done) => {
    rmdir(parent === undefined ? name : `${pathOf(parent)}/${name}`, done);
  }, doing);
}

async function removeFile(path: string): Promise<void> {
  try {
    await viaNode(
      (done) => {
        unlink(path, done);
      },
      () => `remove ${path}`,
    );
  } catch (error) {
    if (!isHostError(error, 'ENOENT')) throw error;
  }
}
