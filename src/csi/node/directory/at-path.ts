import type { Shown } from '../../../directory/shown-directories.ts';
import type { PinnedPath } from '../../../host/host.ts';
import type { NodeDeps } from '../deps.ts';
import { atPlaceOf } from '../volume-at-path.ts';
import type { DirectoryVolume } from './directory-volume.ts';
import { stagingPlace } from './staging-place.ts';

/** Runs `use` with a place where the volume is shown, a target or staging path. Throws as `atPlaceOf`. */
export async function atDirectoryPath<T>(
  deps: NodeDeps,
  volume: DirectoryVolume,
  volumePath: string,
  use: (shown: Shown, path: PinnedPath) => Promise<T>,
): Promise<T> {
  const shown = await deps.directories.shown.of(volume.id);
  const staging = stagingPlace(deps, volume.id, volumePath);
  return atPlaceOf(deps, { volume, volumePath, staging, shown }, use);
}
