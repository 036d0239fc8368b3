import { dirname } from 'node:path';
import { VolumeError } from '../../domain/errors.ts';
import type { FileStat, Host, PinnedPath } from '../../host/host.ts';

/**
 * The directory on which a volume is staged, made when it is missing. What the orchestrator keeps in it is hidden while
 * the volume is there. Throws InvalidArgument for a symlink or file, FailedPrecondition for the place of another mount.
 */
export async function prepareStagingDirectory(host: Host, path: PinnedPath): Promise<void> {
  const present = await host.files.stat(path.path);
  if (present === undefined) {
    await host.files.makeDirectory(path.path, 0o750);
    return;
  }
  requireKind(present, 'directory', path);
  // Only what is mounted there has another device number than its parent, so the list of mounts is hardly ever needed.
  const parent = await host.files.stat(`${dirname(path.path)}/.`);
  if (parent?.device !== present.device) await refuseMounted(host, path);
}

/** The directory on which a filesystem is published: made, or there already and empty. Returns whether it was made. */
export async function prepareTargetDirectory(host: Host, path: PinnedPath): Promise<boolean> {
  const present = await host.files.stat(path.path);
  if (present === undefined) {
    await host.files.makeDirectory(path.path, 0o750);
    return true;
  }
  requireKind(present, 'directory', path);
  await refuseMounted(host, path);
  if ((await host.files.list(path.path)).length > 0) {
    const message = `${path.resolved} is not empty, what is in it would be hidden: choose another path, or empty it`;
    throw new VolumeError('FailedPrecondition', message);
  }
  return false;
}

/** The file on which a device node is bound: made, or there already and empty. Returns whether it was made. */
export async function prepareFile(host: Host, path: PinnedPath): Promise<boolean> {
  const present = await host.files.stat(path.path);
  if (present === undefined) {
    await host.images.create(path.path, 0);
    return true;
  }
  // The device of another volume that is bound there shows as a block device.
  if (present.kind === 'block') await refuseMounted(host, path);
  requireKind(present, 'file', path);
  await refuseMounted(host, path);
  if (present.size > 0) {
    const message = `${path.resolved} is a file that holds something: choose another path, or remove it`;
    throw new VolumeError('FailedPrecondition', message);
  }
  return false;
}

function requireKind(present: FileStat, kind: 'directory' | 'file', { resolved }: PinnedPath): void {
  if (present.kind === kind) return;
  const message = `${resolved} is not a ${kind}, but of kind ${present.kind}: choose another path`;
  throw new VolumeError('InvalidArgument', message);
}

/** Throws FailedPrecondition when anything is mounted at the path. */
export async function refuseMounted(host: Host, { resolved }: PinnedPath): Promise<void> {
  const mount = await host.mounts.find(resolved);
  if (mount === undefined) return;
  const message = `${mount.source} (${mount.fsType}) is mounted at ${resolved} already: unmount it, or choose another path`;
  throw new VolumeError('FailedPrecondition', message);
}
