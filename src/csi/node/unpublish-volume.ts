import type { ImageMount } from '../../pool/image-mount.ts';
import { isVolumeId } from '../../pool/layout.ts';
import type { NodeUnpublishVolumeRequest__Output } from '../gen/csi/v1/NodeUnpublishVolumeRequest.ts';
import type { NodeUnpublishVolumeResponse } from '../gen/csi/v1/NodeUnpublishVolumeResponse.ts';
import { requirePath } from '../server/require.ts';
import type { NodeDeps } from './deps.ts';
import { isDirectoryHere } from './directory/find.ts';
import { unpublishDirectory } from './directory/unpublish.ts';
import { endPods } from './end-pods.ts';
import { discardEphemeral } from './ephemeral/discard.ts';
import { liftLimits } from './lift-limits.ts';
import { withPathOrNone } from './paths.ts';
import { idleDevices } from './plan-staging.ts';
import { releaseLoops } from './release-loops.ts';
import { removeEmpty, removeMountPoint } from './remove-empty.ts';
import { unmountAll } from './unmount.ts';
import { isEphemeralHandle, requireVolumeId } from './volume-id.ts';
import { changingUsage } from './volume-lock.ts';
import { usageAt, volumeUsage } from './volume-usage.ts';

/**
 * CSI 1.13, NodeUnpublishVolume: unmounts the volume from the target path and removes the path; gone already is fine.
 * An ephemeral volume is deleted then. Needs no record. What is not this volume's is never unmounted: FAILED_PRECONDITION.
 */
export async function nodeUnpublishVolume(
  request: NodeUnpublishVolumeRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<NodeUnpublishVolumeResponse> {
  const id = requireVolumeId(request.volumeId);
  const targetPath = requirePath(request.targetPath, 'target_path');
  const { host } = deps;

  await changingUsage(deps, id, signal, async () => {
    if (await isDirectoryHere(deps, id)) {
      await unpublishDirectory(id, targetPath, deps);
      return;
    }
    const left = await withPathOrNone(deps, targetPath, async (path) => {
      if (path === undefined) return undefined;
      const usage = await usageAt(deps, id, path.resolved);
      const isHere = ({ target }: ImageMount) => target === path.resolved;
      const count = usage.mounts.filter(isHere).length;
      await unmountAll(host, path, count);
      await (count > 0 ? removeMountPoint(host, path) : removeEmpty(host, path));
      return count > 0 ? { loops: usage.loops, mounts: usage.mounts.filter((mount) => !isHere(mount)) } : undefined;
    });
    const isEphemeral = isEphemeralHandle(request.volumeId);
    // What must be unmounted does not depend on its record.
    const volume = isEphemeral ? await deps.pools.find(id).catch(() => undefined) : undefined;
    if (volume !== undefined) await endPods(volume);
    // The read-only device that a block volume may have had for this target alone. When an earlier call ended between
    // its unmount and here, only a look at the whole volume finds it.
    if (left !== undefined || isVolumeId(id)) {
      const idle = idleDevices(left ?? (await volumeUsage(deps, id)));
      await liftLimits(deps, idle);
      await releaseLoops(host, idle);
    }
    if (isEphemeral) await discardEphemeral(deps, id);
  });
  return {};
}
