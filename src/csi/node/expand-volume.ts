import { VolumeError } from '../../domain/errors.ts';
import type { Host, PinnedPath } from '../../host/host.ts';
import type { ImageMount } from '../../pool/image-mount.ts';
import { imageUsage } from '../../pool/image-usage.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { NodeExpandVolumeRequest__Output } from '../gen/csi/v1/NodeExpandVolumeRequest.ts';
import type { NodeExpandVolumeResponse } from '../gen/csi/v1/NodeExpandVolumeResponse.ts';
import { parseCapacityRange } from '../server/int64.ts';
import { requireCapability } from '../server/require.ts';
import type { NodeDeps } from './deps.ts';
import { atDirectoryPath } from './directory/at-path.ts';
import { requireAnyVolume } from './directory/find.ts';
import { growIfShort } from './grow-filesystem.ts';
import { requireSize } from './require-size.ts';
import { atVolumePath } from './volume-at-path.ts';
import { requireVolumeId } from './volume-id.ts';
import { withVolumeLock } from './volume-lock.ts';

/**
 * CSI 1.13, NodeExpandVolume: brings the device and the filesystem of a volume in use to the size that its image has by
 * ControllerExpandVolume. One that is mounted read-only grows when it is next staged. Safe to repeat.
 */
export async function nodeExpandVolume(
  request: NodeExpandVolumeRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<NodeExpandVolumeResponse> {
  const id = requireVolumeId(request.volumeId);
  if (request.volumePath === '') throw new VolumeError('InvalidArgument', 'volume_path is missing');
  const { required, limit } = parseCapacityRange(request.capacityRange);
  const access = request.volumeCapability && requireCapability(request.volumeCapability).access;

  return withVolumeLock(deps, id, signal, async () => {
    const found = await requireAnyVolume(deps, id);
    if (found.kind === 'directory') {
      if (access === 'block') throw new VolumeError('InvalidArgument', `volume ${id} is a directory, no block volume`);
      const capacityBytes = await found.volume.expand(required, limit);
      await atDirectoryPath(deps, found.volume, request.volumePath, () => Promise.resolve());
      return { capacityBytes };
    }
    const { volume } = found;
    const { size, volumeMode } = volume.record;
    if (access !== null && (access === 'block') !== (volumeMode === 'Block')) {
      throw new VolumeError('InvalidArgument', `volume ${id} has the volume mode ${volumeMode}`);
    }
    requireSize(volume.record, required, limit);
    await atVolumePath(deps, volume, request.volumePath, (mount, path) => expand(deps.host, volume, mount, path));
    return { capacityBytes: size };
  });
}

async function expand(host: Host, { pool, record }: FoundVolume, mount: ImageMount, path: PinnedPath): Promise<void> {
  const { device, kind } = mount;
  // A crash may have come between the growth of the image and that of the device.
  if ((await host.loops.size(device.path)) < record.size) await host.loops.refreshSize(device.path);
  if (kind === 'block' || device.readOnly) return;
  const target = mount.readOnly ? await writableTarget({ pool, record }, mount) : path.resolved;
  if (target !== undefined) await growIfShort(pool, record, { device: device.path, target });
}

/** At a target of readers nothing can be grown. Undefined when nobody writes through another mount of the device. */
async function writableTarget({ pool, record }: FoundVolume, { device }: ImageMount): Promise<string | undefined> {
  const { mounts } = await imageUsage(pool, record.id);
  return mounts.find((mount) => mount.device.path === device.path && !mount.readOnly)?.target;
}
