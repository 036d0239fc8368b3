import { VolumeError } from '../../../domain/errors.ts';
import type { PinnedPath } from '../../../host/host.ts';
import type { Capability } from '../../server/require.ts';
import type { NodeDeps } from '../deps.ts';
import { withPath } from '../paths.ts';
import { planPublishing } from '../plan-publishing.ts';
import { prepareTargetDirectory } from '../prepare-path.ts';
import { isDeadAt } from './dead.ts';
import type { DirectoryVolume } from './directory-volume.ts';
import { show } from './show.ts';
import { openAndShow } from './stage.ts';
import { stagingPlace } from './staging-place.ts';
import { refuseCoveredDirectory, takeOff } from './take-off.ts';

/** How a directory volume is to be published. */
export interface DirectoryPublishing {
  readonly capability: Capability;
  readonly readOnly: boolean;
  readonly secrets: Readonly<Record<string, string>>;
  readonly stagingTargetPath: string;
  readonly targetPath: string;
}

/**
 * Shows at the target path what is staged, by a bind mount of the staging, which carries its mapping along. A staging or
 * target that is dead is taken off and shown anew. Safe to repeat after a crash at any point.
 */
export function publishDirectory(
  volume: DirectoryVolume,
  publishing: DirectoryPublishing,
  deps: NodeDeps,
): Promise<void> {
  const { stagingTargetPath, targetPath } = publishing;
  return withPath(deps, stagingPlace(deps, volume.id, stagingTargetPath), (staging) =>
    withPath(deps, targetPath, (target) => publishAt(volume, publishing, { staging, target }, deps)),
  );
}

async function publishAt(
  volume: DirectoryVolume,
  { capability, readOnly, secrets }: DirectoryPublishing,
  { staging, target }: { staging: PinnedPath; target: PinnedPath },
  deps: NodeDeps,
): Promise<void> {
  const { id } = volume;
  const { host, directories } = deps;
  if (`${target.resolved}/`.startsWith(`${staging.resolved}/`)) {
    throw new VolumeError(
      'InvalidArgument',
      `target_path ${target.resolved} is a place of the staging: choose another`,
    );
  }
  const shown = (await directories.shown.of(id)).filter(
    ({ role, target: place }) => role === 'target' || place === staging.resolved,
  );
  const paths = { stagingPoint: staging.resolved, targetPath: target.resolved };
  const plan = planPublishing(shown, { volume, mode: capability.mode, readOnly, ...paths });
  if (plan.published !== undefined) {
    if (!(await isDeadAt(host, target))) return;
    await takeOff(deps, id, target, plan.published);
  }
  const { access } = plan.staged;
  await refuseCoveredDirectory(host, staging, plan.staged);
  if (await isDeadAt(host, staging)) {
    await takeOff(deps, id, staging, plan.staged);
    await openAndShow(volume, { access, secrets, mountFlags: capability.mountFlags }, staging, deps);
  }
  const isNew = await prepareTargetDirectory(host, target);
  const source = staging.path;
  try {
    await show(deps, {
      id,
      source,
      target,
      role: 'target',
      staging: staging.resolved,
      access,
      readOnly: plan.readOnly,
    });
  } catch (error) {
    if (isNew) await host.files.remove(target.path);
    throw error;
  }
}
