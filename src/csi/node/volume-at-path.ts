import { VolumeError } from '../../domain/errors.ts';
import type { PinnedPath } from '../../host/host.ts';
import type { ImageMount } from '../../pool/image-mount.ts';
import { imageUsage } from '../../pool/image-usage.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { NodeDeps } from './deps.ts';
import { stagingPoint, withPathOrNone } from './paths.ts';
import { called, type Named } from './words.ts';

/** Runs `use` with the mount of the volume at a target or staging path. Throws as `atPlaceOf`. */
export async function atVolumePath<T>(
  deps: NodeDeps,
  { pool, record }: FoundVolume,
  volumePath: string,
  use: (mount: ImageMount, path: PinnedPath) => Promise<T>,
): Promise<T> {
  const { mounts } = await imageUsage(pool, record.id);
  return atPlaceOf(deps, { volume: record, volumePath, staging: stagingPoint(record, volumePath), shown: mounts }, use);
}

/**
 * Runs `use` with what of the volume is shown at the path, or at the place of the staging that the path may be. Throws
 * NotFound when the volume is not there, whatever the reason: CSI 1.13, NodeGetVolumeStats, knows no other code for it.
 */
export async function atPlaceOf<M extends { readonly target: string }, T>(
  deps: NodeDeps,
  place: { volume: Named; volumePath: string; staging: string; shown: readonly M[] },
  use: (here: M, path: PinnedPath) => Promise<T>,
): Promise<T> {
  const { volume, volumePath, staging, shown } = place;
  for (const path of new Set([volumePath, staging])) {
    const used = await withPathOrNone(deps, path, async (pinned) => {
      const here = pinned && shown.findLast(({ target }) => target === pinned.resolved);
      if (pinned === undefined || here === undefined) return undefined;
      const [outcome] = await Promise.allSettled([use(here, pinned)]);
      return outcome;
    }).catch(ignoreImpossiblePath);
    if (used?.status === 'fulfilled') return used.value;
    if (used !== undefined) throw used.reason;
  }
  throw new VolumeError('NotFound', `${called(volume)} is not at ${volumePath}`);
}

function ignoreImpossiblePath(error: unknown): undefined {
  if (!(error instanceof VolumeError) || error.reason !== 'InvalidArgument') throw error;
}
