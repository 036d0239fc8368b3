import { modify } from '../../catalog/modify.ts';
import type { ControllerUnpublishVolumeRequest__Output } from '../gen/csi/v1/ControllerUnpublishVolumeRequest.ts';
import type { ControllerUnpublishVolumeResponse } from '../gen/csi/v1/ControllerUnpublishVolumeResponse.ts';
import { requireId } from '../server/require.ts';
import type { ControllerDeps } from './deps.ts';

/**
 * CSI 1.13, ControllerUnpublishVolume: from one node, or from all when none is named. A volume or node that is not
 * known has nothing attached, which is what is asked for.
 */
export async function controllerUnpublishVolume(
  request: ControllerUnpublishVolumeRequest__Output,
  { catalog }: ControllerDeps,
): Promise<ControllerUnpublishVolumeResponse> {
  const id = requireId(request.volumeId, 'volume_id');
  const { nodeId } = request;
  await modify(catalog.volumes, id, ({ spec }) => {
    const kept = nodeId === '' ? [] : spec.attachments.filter(({ nodeName }) => nodeName !== nodeId);
    return kept.length === spec.attachments.length ? undefined : { ...spec, attachments: kept };
  });
  return {};
}
