import type { Shown } from '../../../directory/shown-directories.ts';
import { VolumeError } from '../../../domain/errors.ts';
import type { PinnedPath } from '../../../host/host.ts';
import type { NodeDeps } from '../deps.ts';
import { withPathOrNone } from '../paths.ts';
import { called } from '../words.ts';
import type { DirectoryVolume } from './directory-volume.ts';
import { stagingPlace } from './staging-place.ts';

/** Runs `use` with a place where the volume is shown. Throws NotFound when it is not there, whatever the reason. */
export async function atDirectoryPath<T>(
  deps: NodeDeps,
  volume: DirectoryVolume,
  volumePath: string,
  use: (shown: Shown, path: PinnedPath) => Promise<T>,
): Promise<T> {
  const shown = await deps.directories.shown.of(volume.id);
  const absent = () => new VolumeError('NotFound', `${called(volume)} is not at ${volumePath}`);
  const state = { isThere: false };
  /** The path may be a staging path. */
  const at = (place: string, inside: string): Promise<T> =>
    withPathOrNone(deps, place, (path) => {
      const here = path && shown.find(({ target }) => target === path.resolved);
      if (path === undefined || here === undefined) {
        if (place === inside) throw absent();
        return at(inside, inside);
      }
      state.isThere = true;
      return use(here, path);
    });
  try {
    return await at(volumePath, stagingPlace(deps, volume.id, volumePath));
  } catch (error) {
    const isImpossiblePath = error instanceof VolumeError && error.reason === 'InvalidArgument' && !state.isThere;
    throw isImpossiblePath ? absent() : error;
  }
}
