import path from 'node:path';
import { VolumeError } from '../../domain/errors.ts';
import { list, removeTree } from '../../host/directories.ts';
import { WORKSPACE } from '../workspace.ts';

/** Marks what lower layers have and this one has not (OCI image-spec, layer.md, whiteouts). */
const PREFIX = '.wh.';
/** In a directory: nothing of what lower layers have in it. */
const OPAQUE = '.wh..wh..opq';
/** Notes of a filesystem that once made layers. */
const OTHERS = '.wh..wh.';

/** Whether the name of a member of a layer is such a mark, and no file. */
export function isWhiteout(name: string): boolean {
  return path.posix.basename(name).startsWith(PREFIX);
}

/** Removes what a layer's marks say from what lower layers have left in a directory. Throws HostError. */
export async function applyWhiteouts(names: readonly string[], directory: string): Promise<void> {
  for (const name of names) {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    const last = parts.pop() ?? '';
    if (parts.includes('..'))
      throw new VolumeError('FailedPrecondition', `a layer removes ${name}, which is not in it`);
    const parent = path.join(directory, ...parts);
    if (last === OPAQUE) await removeAllIn(parent, parts.length === 0);
    else if (!last.startsWith(OTHERS)) await removeNamed(parent, last.slice(PREFIX.length), parts.length === 0);
  }
}

async function removeAllIn(directory: string, isTop: boolean): Promise<void> {
  for (const name of await list(directory)) await removeNamed(directory, name, isTop);
}

async function removeNamed(parent: string, name: string, isTop: boolean): Promise<void> {
  if (['', '.', '..'].includes(name) || (isTop && name === WORKSPACE)) return;
  await removeTree(path.join(parent, name));
}
