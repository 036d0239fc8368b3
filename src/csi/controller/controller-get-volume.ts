import type { ControllerGetVolumeRequest__Output } from '../gen/csi/v1/ControllerGetVolumeRequest.ts';
import type { ControllerGetVolumeResponse } from '../gen/csi/v1/ControllerGetVolumeResponse.ts';
import { requireId } from '../server/require.ts';
import type { ControllerDeps } from './deps.ts';
import { requireVolume } from './find-resource.ts';
import { nodesOfVolume } from './pool-nodes.ts';
import { topologies, volumeMessage } from './volume-message.ts';

/** CSI 1.13, ControllerGetVolume: throws NotFound. */
export async function controllerGetVolume(
  request: ControllerGetVolumeRequest__Output,
  { catalog }: ControllerDeps,
): Promise<ControllerGetVolumeResponse> {
  const volume = await requireVolume(catalog, requireId(request.volumeId, 'volume_id'));
  const nodes = await nodesOfVolume(catalog, volume.spec);
  return {
    volume: volumeMessage(volume, topologies(nodes)),
    status: { publishedNodeIds: volume.spec.attachments.map(({ nodeName }) => nodeName) },
  };
}
