import type { Host, Mount } from '../../../host/host.ts';
import { VolumeError } from '../../../domain/errors.ts';
import type { Note } from '../../../directory/note.ts';
import type { ShownDirectories } from '../../../directory/shown-directories.ts';
import type { NodeDeps } from '../deps.ts';
import { withPath } from '../paths.ts';

/** What a mount point may have of its own, and takes along; whether it is read-only the note says. */
const KEPT = ['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime', 'strictatime'];

type Deps = Pick<NodeDeps, 'host' | 'allowedRoots'>;

/**
 * After a filesystem was mounted anew at `mountPoint`: what shows the mount that was there before shows the new one. A
 * process sees it that looks its path up again; a container has a mount of its own, of what was there when it started, and
 * keeps that. What is open stays dead. The volume's lock must be held.
 */
export async function showAgain(deps: Deps, shown: ShownDirectories, id: string, mountPoint: string): Promise<void> {
  const { host } = deps;
  const mount = await host.mounts.find(mountPoint);
  const directory = await host.files.stat(mountPoint);
  if (mount === undefined || directory === undefined) {
    throw new VolumeError('Aborted', `${mountPoint} was unmounted a moment ago; try again`);
  }
  const { deviceNumber, root } = mount;
  for (const { mounts, ...note } of await shown.of(id)) {
    if (note.deviceNumber === deviceNumber) continue;
    const next: Note = { ...note, deviceNumber, root, inode: directory.inode };
    await withPath(deps, note.target, async (path) => {
      await takeAway(host, path.path, mounts.length);
      await shown.note(id, next);
      const options = optionsOf(mounts.at(-1));
      await host.mounts.bind({ source: mountPoint, target: path.path, readOnly: note.readOnly, options });
    });
  }
}

async function takeAway(host: Host, path: string, layers: number): Promise<void> {
  for (let left = layers; left > 0; left -= 1) await host.mounts.unmount(path, { lazy: true });
}

function optionsOf(mount: Mount | undefined): readonly string[] {
  return mount?.options.filter((option) => KEPT.includes(option)) ?? [];
}
