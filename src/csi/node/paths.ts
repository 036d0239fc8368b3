import { basename, join } from 'node:path';
import { VolumeError } from '../../domain/errors.ts';
import type { PinnedPath } from '../../host/host.ts';
import type { NodeDeps } from './deps.ts';

interface Staged {
  readonly id: string;
  readonly volumeMode: 'Filesystem' | 'Block';
}

/**
 * Where a staged volume shows in the kernel: a filesystem at the staging path itself, the device of a block volume at a
 * file in it, named after the volume.
 */
export function stagingPoint({ id, volumeMode }: Staged, stagingTargetPath: string): string {
  return volumeMode === 'Block' ? join(stagingTargetPath, id) : stagingTargetPath;
}

/** By its name the staging of a block volume is told from its targets, which may not be called so. */
export function isBlockStaging(id: string, path: string): boolean {
  return basename(path) === id;
}

/**
 * Runs `use` with the path pinned below the roots that this node allows, or with undefined when the directory that it is
 * in does not exist: then it shows nothing. Throws InvalidArgument for a path that is not allowed.
 */
export async function withPathOrNone<T>(
  { host, allowedRoots }: Pick<NodeDeps, 'host' | 'allowedRoots'>,
  path: string,
  use: (path: PinnedPath | undefined) => Promise<T>,
): Promise<T> {
  const state = { isPinned: false };
  try {
    return await host.mounts.beneath(path, allowedRoots, (pinned) => {
      state.isPinned = true;
      return use(pinned);
    });
  } catch (error) {
    if (state.isPinned || !(error instanceof VolumeError) || error.reason !== 'NotFound') throw error;
  }
  return use(undefined);
}

/** As `withPathOrNone`, but throws FailedPrecondition when the directory that the path is in does not exist. */
export function withPath<T>(
  deps: Pick<NodeDeps, 'host' | 'allowedRoots'>,
  path: string,
  use: (path: PinnedPath) => Promise<T>,
): Promise<T> {
  return withPathOrNone(deps, path, (pinned) => {
    if (pinned !== undefined) return use(pinned);
    throw new VolumeError('FailedPrecondition', `the directory that ${path} is in does not exist: make it first`);
  });
}
