import type { ShownDirectories } from '../directory/shown-directories.ts';
import type { NodeDeps } from '../csi/node/deps.ts';
import type { DirectoryDeps } from '../csi/node/directory/deps.ts';
import { filesystemVolume } from '../csi/node/directory/filesystem-volume.ts';
import { MountKeeper } from '../csi/node/directory/mount-keeper.ts';
import { RetainedSecrets } from '../csi/node/directory/retained-secrets.ts';
import type { Host } from '../host/host.ts';
import type { ManagedPlace } from '../managed/managed-place.ts';

export interface Directories {
  readonly deps: DirectoryDeps;
  /** Mounts again what has died, until it is closed. */
  readonly keep: (node: NodeDeps) => MountKeeper;
}

/** What the node service needs for volumes that are directories: managed ones, and those of registered filesystems. */
export function directories(
  shown: ShownDirectories,
  managed: ManagedPlace,
  where: { readonly host: Host; readonly allowedRoots: readonly string[] },
  { stagesInside = false }: { readonly stagesInside?: boolean } = {},
): Directories {
  const retained = new RetainedSecrets();
  const deps: DirectoryDeps = {
    shown,
    managed,
    stagesInside,
    filesystemVolume: (volume) => filesystemVolume(volume, { ...where, shown, retained }),
  };
  return {
    deps,
    keep: (node) => {
      const keeper = new MountKeeper({ ...node, retained });
      keeper.start();
      return keeper;
    },
  };
}
