import { mkdir, realpath, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../domain/errors.ts';
import { CliError } from './cli-error.ts';

/** Where the commands stage a volume: beside the socket, as the kernel names it, since mounts have no symlinks in them. */
export async function stagingPath(socket: string, volumeId: string): Promise<string> {
  return path.join(await realpath(path.dirname(socket)), 'staging', volumeId);
}

/** Makes the directory unless it is there. Throws CliError when what is mounted at it is dead. */
export async function makeStagingPath(stagingTargetPath: string, name: string): Promise<void> {
  try {
    await mkdir(stagingTargetPath, { recursive: true, mode: 0o700 });
  } catch (error) {
    const isDead = error instanceof Error && 'code' in error && error.code === 'ENOTCONN';
    if (!isDead) throw new CliError(messageOf(error), undefined, { cause: error });
    throw new CliError(
      `the filesystem of volume ${name} is dead: its program has ended`,
      `tome volume detach ${name}, then attach it again`,
      { cause: error },
    );
  }
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
