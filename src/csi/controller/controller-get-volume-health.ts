import type { ControllerGetVolumeHealthRequest__Output } from '../gen/csi/v1/ControllerGetVolumeHealthRequest.ts';
import type { ControllerGetVolumeHealthResponse } from '../gen/csi/v1/ControllerGetVolumeHealthResponse.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import { changeVolume, type VolumeChange } from './change-volume.ts';
import type { ControllerDeps } from './deps.ts';
import { requireReadyVolume } from './find-resource.ts';

/** CSI 1.13, ControllerGetVolumeHealth: the agent looks now. A pool that cannot be used makes its volumes inaccessible. */
export async function controllerGetVolumeHealth(
  request: ControllerGetVolumeHealthRequest__Output,
  { catalog }: ControllerDeps,
  call: Call,
): Promise<ControllerGetVolumeHealthResponse> {
  const id = requireId(request.volumeId, 'volume_id');
  const { spec } = await requireReadyVolume(catalog, id);
  const pool = await catalog.pools.find(spec.pool);
  if (pool?.status.ready !== true) {
    const message = `pool ${spec.pool} cannot be used now, so nobody can look`;
    return {
      volumeHealth: { volumeId: id, healthStatuses: [{ status: 'INACCESSIBLE', reason: 'PoolNotReady', message }] },
    };
  }
  const look: VolumeChange = { ask: (volume) => volume.spec, isDone: () => true, undo: () => undefined };
  const { status } = await changeVolume(catalog, id, look, call);
  return { volumeHealth: { volumeId: id, healthStatuses: status.health } };
}
