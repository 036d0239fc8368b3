import { realpath, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../domain/errors.ts';
import { CliError } from './cli-error.ts';

/** Where the commands stage a volume: beside the socket, as the kernel names it, since mounts have no symlinks in them. */
export async function stagingPath(socket: string, volumeId: string): Promise<string> {
  return path.join(await realpath(path.dirname(socket)), 'staging', volumeId);
}

/** Removes the empty directory; gone already is fine. CSI leaves it to the caller, who has made it. */
export async function removeStagingPath(stagingTargetPath: string): Promise<void> {
  try {
    await rmdir(stagingTargetPath);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isGone) throw new CliError(messageOf(error), undefined, { cause: error });
  }
}
