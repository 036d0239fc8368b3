import { VolumeError } from '../../domain/errors.ts';
import type { PinnedPath } from '../../host/host.ts';
import type { ImageMount } from '../../pool/image-mount.ts';
import { imageUsage } from '../../pool/image-usage.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { NodeDeps } from './deps.ts';
import { stagingPoint, withPathOrNone } from './paths.ts';

/**
 * Runs `use` with the mount of the volume at a target or staging path. Throws NotFound when the volume is not there,
 * whatever the reason: CSI 1.13, NodeGetVolumeStats, knows no other code for it.
 */
export async function atVolumePath<T>(
  deps: NodeDeps,
  { pool, record }: FoundVolume,
  volumePath: string,
  use: (mount: ImageMount, path: PinnedPath) => Promise<T>,
): Promise<T> {
  const { mounts } = await imageUsage(pool, record.id);
  for (const path of new Set([volumePath, stagingPoint(record, volumePath)])) {
    const found = await withPathOrNone(deps, path, async (pinned) => {
      const mount = pinned && mounts.findLast(({ target }) => target === pinned.resolved);
      return mount && { value: await use(mount, pinned) };
    }).catch(ignoreImpossiblePath);
    if (found !== undefined) return found.value;
  }
  throw new VolumeError('NotFound', `volume ${record.id} is not at ${volumePath}`);
}

function ignoreImpossiblePath(error: unknown): undefined {
  if (!(error instanceof VolumeError) || error.reason !== 'InvalidArgument') throw error;
}
