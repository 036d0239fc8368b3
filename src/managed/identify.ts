import { VolumeError } from '../domain/errors.ts';
import { requireHostPath, rootItself, rootOf } from '../domain/managed-path.ts';
import type { ManagedRoot } from '../domain/pool.ts';
import type { PinnedDirectory } from '../host/bind-mount.ts';
import type { ManagedPlace } from './managed-place.ts';
import { requireAnswer } from './require-answer.ts';
import type { Identity } from './record.ts';

/** The root that a path must be beneath. Throws InvalidArgument when there is none on this node. */
export function requireRoot({ roots }: Pick<ManagedPlace, 'roots'>, hostPath: string): ManagedRoot {
  const root = rootOf(requireHostPath(hostPath), roots);
  if (root !== undefined) return root;
  if (roots.some(({ path }) => path === hostPath)) throw rootItself(hostPath);
  const list = roots.map(({ path }) => path).join(', ');
  const known = list === '' ? 'managed volumes are off here' : `the roots of this node are ${list}`;
  throw new VolumeError('InvalidArgument', `${hostPath} is not beneath a managed root: ${known}`);
}

/**
 * Runs `use` with the directory, open: resolved from its root on, without a symlink. Throws NotFound when this node does
 * not have it, or not its root now, FailedPrecondition for what is no directory or has a symlink in its path, Unavailable
 * when its filesystem does not answer.
 */
export async function withDirectory<T>(
  place: Pick<ManagedPlace, 'host' | 'roots'>,
  hostPath: string,
  use: (directory: PinnedDirectory) => Promise<T>,
): Promise<T> {
  const root = requireRoot(place, hostPath);
  await requireAnswer(place.host, hostPath);
  if ((await place.host.files.stat(root.path)) === undefined) {
    throw new VolumeError('NotFound', `the managed root ${root.path} is not there`);
  }
  return await place.host.mounts.directoryBeneath(hostPath, root.path, use);
}

/** Which directory it is. Throws as `withDirectory`. */
export function identify(place: Pick<ManagedPlace, 'host' | 'roots'>, hostPath: string): Promise<Identity> {
  return withDirectory(place, hostPath, ({ deviceNumber, root, inode }) =>
    Promise.resolve({ deviceNumber, path: root, inode }),
  );
}
