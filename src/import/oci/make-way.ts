import { chmod, lstat } from 'node:fs/promises';
import path from 'node:path';
import { fromNode } from '../../host/errno.ts';
import { removeTree } from '../../host/directories.ts';
import { isHostError } from '../../host/host-error.ts';
import { WORKSPACE } from '../workspace.ts';

/** What its owner needs in a directory to change what is in it. */
const WRITABLE = 0o300;

/**
 * Makes way for the members of a layer in what lower ones have left: a directory where the layer has something else is
 * removed, and so is what stands where the layer has a directory; and what it changes can be written to until `done`, also
 * for who is not root. `names` are those of tar, where a directory's ends with a slash. Throws HostError.
 */
export async function makeWay(names: readonly string[], directory: string): Promise<{ done(): Promise<void> }> {
  const members = new Map(names.filter(isInside).map((name) => [plain(name), name.endsWith('/')]));
  const closed = await openParents([...members.keys()], directory);
  for (const [name, isDirectory] of members) {
    const place = path.join(directory, name);
    const present = await find(place);
    if (present !== undefined && present.isDirectory() !== isDirectory) await removeTree(place);
  }
  return {
    async done() {
      for (const [name, mode] of closed) {
        const place = path.join(directory, name);
        // One that is a member of the layer has the mode that it has there.
        if (!members.has(name) && (await find(place))?.isDirectory() === true) await change(place, mode);
      }
    },
  };
}

/** As tar unpacks it: from the directory on, whatever is before it. */
function plain(name: string): string {
  return path.posix.normalize(name).replace(/^\/+/, '').replace(/\/$/, '');
}

/** Neither the directory itself nor what tar refuses or leaves out. */
function isInside(name: string): boolean {
  const [first = ''] = plain(name).split('/');
  return !['', '.', '..', WORKSPACE].includes(first);
}

/** Returns the modes that directories had, those further down first. */
async function openParents(
  members: readonly string[],
  directory: string,
): Promise<readonly (readonly [string, number])[]> {
  const closed: (readonly [string, number])[] = [];
  if (process.getuid?.() === 0) return closed;
  const parents = new Set(members.flatMap(ancestorsOf));
  // From above: in what is closed nothing can be found.
  for (const name of [...parents].sort((a, b) => a.length - b.length)) {
    const place = path.join(directory, name);
    const found = await find(place);
    if (found?.isDirectory() !== true || (found.mode & WRITABLE) === WRITABLE) continue;
    await change(place, found.mode | WRITABLE);
    closed.unshift([name, found.mode]);
  }
  return closed;
}

function ancestorsOf(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function find(place: string) {
  try {
    return await lstat(place);
  } catch (error) {
    const failure = fromNode(error, `look at ${place}`);
    // Behind a link there is nothing of the layer.
    if (isHostError(failure, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined;
    throw failure;
  }
}

async function change(place: string, mode: number): Promise<void> {
  try {
    await chmod(place, mode & 0o7777);
  } catch (error) {
    throw fromNode(error, `change the mode of ${place}`);
  }
}
