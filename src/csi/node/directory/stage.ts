import type { Shown } from '../../../directory/shown-directories.ts';
import { VolumeError } from '../../../domain/errors.ts';
import type { PinnedPath } from '../../../host/host.ts';
import type { NodeDeps } from '../deps.ts';
import { withPath } from '../paths.ts';
import { planStaging } from '../plan-staging.ts';
import { prepareStagingDirectory, refuseMounted } from '../prepare-path.ts';
import { called } from '../words.ts';
import { isDeadAt } from './dead.ts';
import type { DirectoryAsk, DirectoryVolume } from './directory-volume.ts';
import { show } from './show.ts';
import { stagingPlace } from './staging-place.ts';
import { takeOff } from './take-off.ts';

/**
 * Shows the volume's directory at the staging path, by the same access rules as an image's. Staged already, and dead, since
 * what served its filesystem has ended, it is taken off and shown anew. Safe to repeat after a crash at any point.
 */
export function stageDirectory(
  volume: DirectoryVolume,
  ask: DirectoryAsk & { readonly stagingTargetPath: string },
  deps: NodeDeps,
): Promise<void> {
  return withPath(deps, stagingPlace(deps, volume.id, ask.stagingTargetPath), async (path) => {
    const shown = await deps.directories.shown.of(volume.id);
    const plan = planStaging(shown, { volume, access: ask.access, point: path.resolved });
    if (plan.kind === 'staged') {
      if (plan.mount.role === 'target') throw published(volume, plan.mount);
      if (!(await isDeadAt(deps.host, path))) return;
      await takeOff(deps, volume.id, path, plan.mount);
    }
    await openAndShow(volume, ask, path, deps);
  });
}

/** Shows the directory at the staging path, where nothing of the volume is shown now. */
export function openAndShow(
  volume: DirectoryVolume,
  ask: DirectoryAsk,
  path: PinnedPath,
  deps: NodeDeps,
): Promise<void> {
  const { access, mountFlags } = ask;
  return volume.source(ask).open(async (directory) => {
    await prepareStagingDirectory(deps.host, path);
    // A bind mount of somebody else may have the device of its parent, by which the above tells a mount.
    await refuseMounted(deps.host, path);
    await show(deps, {
      id: volume.id,
      source: directory.path,
      target: path,
      role: 'staging',
      staging: path.resolved,
      access,
      readOnly: access === 'reader' || directory.readOnly === true,
      options: mountFlags,
      mapping: directory.mapping,
    });
  });
}

function published(volume: DirectoryVolume, { target }: Shown): VolumeError {
  const message = `${called(volume)} is published at ${target}, which cannot be its staging path too: choose another`;
  return new VolumeError('FailedPrecondition', message);
}
