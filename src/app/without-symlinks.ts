import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * An absolute path as the kernel will name it: symlinks resolved, also where the end of the path, or what a link points
 * to, is not there yet. What cannot be looked at stays as it is.
 */
export function withoutSymlinks(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) return path;
  }
  const parent = withoutSymlinks(dirname(path));
  const target = linkAt(join(parent, basename(path)));
  return target === undefined ? join(parent, basename(path)) : withoutSymlinks(resolve(parent, target));
}

/** Undefined when it is no link. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
