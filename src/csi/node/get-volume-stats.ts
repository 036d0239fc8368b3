import { VolumeError } from '../../domain/errors.ts';
import { saysCorrupt } from '../../host/corrupt-mount.ts';
import type { FilesystemUsage, Host, PinnedPath } from '../../host/host.ts';
import { isHostError } from '../../host/host-error.ts';
import { whyUnreadable } from '../../host/why-unreadable.ts';
import type { NodeGetVolumeStatsRequest__Output } from '../gen/csi/v1/NodeGetVolumeStatsRequest.ts';
import type { NodeGetVolumeStatsResponse } from '../gen/csi/v1/NodeGetVolumeStatsResponse.ts';
import type { VolumeUsage } from '../gen/csi/v1/VolumeUsage.ts';
import type { NodeDeps } from './deps.ts';
import { atDirectoryPath } from './directory/at-path.ts';
import { requireAnyVolume } from './directory/find.ts';
import { atVolumePath } from './volume-at-path.ts';
import { requireVolumeId } from './volume-id.ts';
import { withVolumeLock } from './volume-lock.ts';

/** CSI 1.13, NodeGetVolumeStats: bytes and inodes of the filesystem at the path, or the bytes of a block volume. */
export async function nodeGetVolumeStats(
  request: NodeGetVolumeStatsRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<NodeGetVolumeStatsResponse> {
  const id = requireVolumeId(request.volumeId);
  if (request.volumePath === '') throw new VolumeError('InvalidArgument', 'volume_path is missing');

  // Under the lock, so that it is not unmounted meanwhile: the path would then tell of the host's filesystem.
  return withVolumeLock(deps, id, signal, async () => {
    const found = await requireAnyVolume(deps, id);
    if (found.kind === 'directory') {
      return atDirectoryPath(deps, found.volume, request.volumePath, async (_shown, path) => {
        const usage = (await found.volume.usage?.(path.path)) ?? (await readUsage(deps.host, id, path));
        return { usage: usageOf(usage) };
      });
    }
    return atVolumePath(deps, found.volume, request.volumePath, async ({ kind, device }, path) => {
      if (kind === 'block') return { usage: [{ total: await deps.host.loops.size(device.path), unit: 'BYTES' }] };
      return { usage: usageOf(await readUsage(deps.host, id, path)) };
    });
  });
}

/** What does not answer would keep the lock, without which the volume cannot be unmounted either. */
async function readUsage(host: Host, id: string, { path, resolved }: PinnedPath): Promise<FilesystemUsage> {
  const failure = await whyUnreadable(host, resolved);
  if (isHostError(failure, 'ETIMEDOUT')) {
    const message = `the filesystem of volume ${id} cannot be measured: ${failure.message}`;
    throw new VolumeError('Unavailable', message, { cause: failure });
  }
  try {
    return await host.files.usage(path);
  } catch (error) {
    if (!saysCorrupt(error)) throw error;
    const message = `the filesystem of volume ${id} has shut down: unpublish and unstage the volume, then stage it again`;
    throw new VolumeError('FailedPrecondition', message, { cause: error });
  }
}

type Usage = Pick<FilesystemUsage, 'totalBytes' | 'freeBytes' | 'availableBytes'> & Partial<FilesystemUsage>;

/** `used` counts what nobody can have; `available` leaves out what is reserved for root, as df(1) does. */
function usageOf(usage: Usage): VolumeUsage[] {
  const { totalBytes, freeBytes, availableBytes, totalInodes = 0, freeInodes = 0 } = usage;
  const bytes: VolumeUsage = {
    total: totalBytes,
    used: totalBytes - freeBytes,
    available: availableBytes,
    unit: 'BYTES',
  };
  // btrfs has no fixed number of inodes and says 0.
  if (totalInodes === 0) return [bytes];
  return [bytes, { total: totalInodes, used: totalInodes - freeInodes, available: freeInodes, unit: 'INODES' }];
}
