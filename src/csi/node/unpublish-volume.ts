import type { ImageMount } from '../../pool/image-usage.ts';
import type { NodeUnpublishVolumeRequest__Output } from '../gen/csi/v1/NodeUnpublishVolumeRequest.ts';
import type { NodeUnpublishVolumeResponse } from '../gen/csi/v1/NodeUnpublishVolumeResponse.ts';
import { requireId, requirePath } from '../server/require.ts';
import type { NodeDeps } from './deps.ts';
import { withPathOrNone } from './paths.ts';
import { idleDevices } from './plan-staging.ts';
import { releaseLoops } from './release-loops.ts';
import { removeEmpty, removeMountPoint } from './remove-empty.ts';
import { unmountAll } from './unmount.ts';
import { withVolumeLock } from './volume-lock.ts';
import { usageAt } from './volume-usage.ts';

/**
 * CSI 1.13, NodeUnpublishVolume: unmounts the volume from the target path and removes the path; gone already is fine.
 * Needs no record. What is not this volume's is never unmounted: FAILED_PRECONDITION.
 */
export async function nodeUnpublishVolume(
  request: NodeUnpublishVolumeRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<NodeUnpublishVolumeResponse> {
  const id = requireId(request.volumeId, 'volume_id');
  const targetPath = requirePath(request.targetPath, 'target_path');
  const { host } = deps;

  await withVolumeLock(deps, id, signal, () =>
    withPathOrNone(deps, targetPath, async (path) => {
      if (path === undefined) return;
      const usage = await usageAt(deps, id, path.resolved);
      const isHere = ({ target }: ImageMount) => target === path.resolved;
      const count = usage.mounts.filter(isHere).length;
      await unmountAll(host, path, count);
      await (count > 0 ? removeMountPoint(host, path) : removeEmpty(host, path));
      // The read-only device that a block volume may have had for this target alone.
      const mounts = usage.mounts.filter((mount) => !isHere(mount));
      await releaseLoops(host, idleDevices({ loops: usage.loops, mounts }));
    }),
  );
  return {};
}
