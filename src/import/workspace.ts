import path from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { hasAttribute, setAttribute } from '../host/attributes.ts';
import { list, makeDirectory, remove, removeTree } from '../host/directories.ts';
import { isHostError } from '../host/host-error.ts';
import { lock } from '../host/lock.ts';
import { syncFilesystem, syncPath } from '../host/sync.ts';
import { writeText } from '../host/text-files.ts';

/** In a directory that is being filled: there as long as what is in it is not all. */
export const WORKSPACE = '.tome-import';

/** On a directory of which an import has finished: what is in it is not what somebody else has left there. */
const FINISHED = 'user.tome.imported';

/** What a new filesystem has of itself. */
const OWN = new Set(['lost+found']);

export interface Workspace {
  /** Where an import keeps what it needs to go on later. */
  readonly path: string;
  /** Removes all but the workspace: what an earlier attempt has left. */
  clear(): Promise<void>;
  /** All is there: syncs it, and removes the workspace. */
  finish(): Promise<void>;
  /** Lets others have the directory, which then may be unmounted. */
  release(): void;
}

/**
 * The workspace in a directory, made, or taken up as an earlier attempt has left it; no other process has it at the same
 * time. Undefined when an earlier attempt has finished. Throws Aborted while another process fills it, and FailedPrecondition
 * when there is something in it that no import has left.
 */
export async function openWorkspace(directory: string): Promise<Workspace | undefined> {
  const place = path.join(directory, WORKSPACE);
  const names = await list(directory);
  if (!names.includes(WORKSPACE)) {
    const found = names.find((name) => !OWN.has(name));
    if (found !== undefined && (await hasAttribute(directory, FINISHED))) return undefined;
    if (found !== undefined) throw notEmpty(directory, found);
    await makeDirectory(directory);
    await makeDirectory(place, 0o700);
    await syncPath(directory);
  }
  const held = await hold(path.join(place, 'lock'), directory);
  return {
    path: place,
    clear: async () => {
      for (const name of await list(directory)) {
        if (name !== WORKSPACE && !OWN.has(name)) await discard(path.join(directory, name));
      }
    },
    finish: async () => {
      await setAttribute(directory, FINISHED);
      await syncFilesystem(directory);
      await removeTree(place);
      await syncFilesystem(directory);
      held.release();
    },
    release: held.release,
  };
}

function notEmpty(directory: string, found: string): VolumeError {
  const message = `${directory} has ${found} in it, and no import has been begun there: only an empty directory is filled`;
  return new VolumeError('FailedPrecondition', message);
}

async function hold(file: string, directory: string): Promise<{ readonly release: () => void }> {
  try {
    await writeText(file, '');
    return await lock(file, 0);
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    const message = `${directory} is being filled by another process: wait for that, or end it`;
    throw new VolumeError('Aborted', message, { cause: error });
  }
}

async function discard(place: string): Promise<void> {
  try {
    await remove(place);
  } catch (error) {
    if (!isHostError(error, 'ENOTEMPTY')) throw error;
    await removeTree(place);
  }
}
