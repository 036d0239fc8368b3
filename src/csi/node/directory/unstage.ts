import { VolumeError } from '../../../domain/errors.ts';
import type { PinnedPath } from '../../../host/host.ts';
import type { NodeDeps } from '../deps.ts';
import { withPathOrNone } from '../paths.ts';
import { removeEmpty } from '../remove-empty.ts';
import { findDirectoryVolume } from './find.ts';
import { stagingPlace } from './staging-place.ts';
import { takeOff } from './take-off.ts';

/**
 * Takes the volume off the staging path; when it is shown nowhere any more, what it comes from is released. Returns false
 * when the volume is no directory, by all that is known here.
 */
export async function unstageDirectory(id: string, stagingTargetPath: string, deps: NodeDeps): Promise<boolean> {
  const { shown } = deps.directories;
  const volume = await findDirectoryVolume(deps, id);
  if (volume === undefined && !(await shown.knows(id))) return false;
  await withPathOrNone(deps, stagingPlace(deps, id, stagingTargetPath), async (path) => {
    await takeOffStaging(id, path, deps);
    // The staging path itself is the orchestrator's to remove.
    if (path !== undefined && deps.directories.stagesInside) await removeEmpty(deps.host, path);
  });
  if ((await shown.of(id)).length > 0) return true;
  // Also when nothing was shown: an earlier call may have ended between the unmount and here.
  await volume?.source({ access: 'reader', secrets: {}, mountFlags: [] }).released();
  await shown.tidy(id);
  return true;
}

async function takeOffStaging(id: string, path: PinnedPath | undefined, deps: NodeDeps): Promise<void> {
  if (path === undefined) return;
  const shown = await deps.directories.shown.of(id);
  const staged = shown.find(({ role, target }) => role === 'staging' && target === path.resolved);
  if (staged === undefined) return;
  const published = shown.find(({ role, staging }) => role === 'target' && staging === path.resolved);
  if (published !== undefined) {
    const message = `volume ${id} is still published at ${published.target}: unpublish it there first`;
    throw new VolumeError('FailedPrecondition', message);
  }
  await takeOff(deps, id, path, staged);
}
