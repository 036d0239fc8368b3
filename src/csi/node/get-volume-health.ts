import { VolumeError } from '../../domain/errors.ts';
import { inaccessible } from '../../domain/health-entry.ts';
import { volumeHealth } from '../../pool/health.ts';
import type { NodeGetVolumeHealthRequest__Output } from '../gen/csi/v1/NodeGetVolumeHealthRequest.ts';
import type { NodeGetVolumeHealthResponse } from '../gen/csi/v1/NodeGetVolumeHealthResponse.ts';
import type { NodeDeps } from './deps.ts';
import { requireAnyVolume } from './directory/find.ts';
import { directoryVolumeHealth } from './directory/health.ts';
import { requireVolumeId } from './volume-id.ts';
import { withVolumeLock } from './volume-lock.ts';

/** CSI 1.13, NodeGetVolumeHealth: what is wrong with the volume on this node, staged or not; nothing when it is well. */
export async function nodeGetVolumeHealth(
  request: NodeGetVolumeHealthRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<NodeGetVolumeHealthResponse> {
  const id = requireVolumeId(request.volumeId);
  const healthStatuses = await withVolumeLock(deps, id, signal, async () => {
    try {
      const found = await requireAnyVolume(deps, id);
      if (found.kind === 'directory') return await directoryVolumeHealth(found.volume, deps);
      const { pool, record } = found.volume;
      return await volumeHealth(pool, record);
    } catch (error) {
      if (!(error instanceof VolumeError) || error.reason !== 'DataLoss') throw error;
      return [inaccessible('RecordUnreadable', error.message)];
    }
  });
  return { volumeHealth: { volumeId: request.volumeId, healthStatuses: [...healthStatuses] } };
}
