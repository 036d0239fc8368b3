import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';

/**
 * The absolute path that a person means by `given`, as the kernel names it: mounts have no symlinks in them. A path that
 * is not there yet, or not any more, is taken through its parent. Throws CliError when there is no parent either.
 */
export async function resolveTarget(given: string, cwd: string): Promise<string> {
  const absolute = path.resolve(cwd, given);
  const present = await realpath(absolute).catch(unlessMissing);
  if (present !== undefined) return present;
  const parent = path.dirname(absolute);
  const realParent = await realpath(parent).catch(unlessMissing);
  if (realParent !== undefined) return path.join(realParent, path.basename(absolute));
  throw new CliError(`there is no directory ${parent}`, `make it: mkdir -p ${parent}`);
}

/** Throws CliError for a directory in which mounting would hide something, or for what is no directory. */
export async function checkDirectory(target: string): Promise<void> {
  const present = await lstat(target).catch(unlessMissing);
  if (present === undefined) return;
  if (!present.isDirectory()) {
    throw new CliError(`${target} is not a directory`, 'give an empty directory, or one that is not there yet');
  }
  const names = await readdir(target);
  if (names.length === 0) return;
  throw new CliError(
    `${target} is not empty: what is in it would be hidden`,
    `give an empty directory, or one that is not there yet, such as ${path.join(target, 'data')}`,
  );
}

/** Throws CliError for what cannot become the device file of a block volume. */
export async function checkDeviceFile(target: string): Promise<void> {
  const present = await lstat(target).catch(unlessMissing);
  if (present === undefined || (present.isFile() && present.size === 0)) return;
  if (present.isDirectory()) {
    throw new CliError(
      `${target} is a directory, and this is a block volume`,
      `give the path at which its device file is to appear, such as ${path.join(target, 'disk')}`,
    );
  }
  throw new CliError(`${target} exists already`, 'give the path of a file that is not there yet');
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw new CliError(error.message, undefined, { cause: error });
}
