import type { ShownDirectories } from '../../../directory/shown-directories.ts';
import {
  ensureMounted,
  ensureUnmounted,
  type DirectoryFilesystem,
  type Secrets,
} from '../../../pool/directory-mount.ts';
import type { NodeDeps } from '../deps.ts';
import type { DirectorySource } from './directory-source.ts';
import type { RetainedSecrets } from './retained-secrets.ts';
import { showAgain } from './show-again.ts';

export interface FilesystemSourceDeps extends Pick<NodeDeps, 'host' | 'allowedRoots'> {
  readonly shown: ShownDirectories;
  readonly retained: RetainedSecrets;
}

/**
 * The directory of a registered filesystem's volume: its private mount, made when it is first asked for, and made anew
 * when it is dead; then all that shows the volume shows the new one. NodePublishVolume rarely has secrets: then those that
 * NodeStageVolume had serve again.
 */
export function filesystemSource(
  volume: DirectoryFilesystem,
  secrets: Secrets,
  deps: FilesystemSourceDeps,
): DirectorySource {
  const { id } = volume.record;
  return {
    async open(use) {
      const usable = Object.keys(secrets).length > 0 ? secrets : (deps.retained.of(id) ?? {});
      const path = await ensureMounted(volume, usable);
      if (Object.keys(usable).length > 0) deps.retained.keep(id, usable);
      await showAgain(deps, deps.shown, id, path);
      return use({ path });
    },
    async released() {
      await ensureUnmounted(volume);
      deps.retained.forget(id);
    },
  };
}
