import type { ControllerGetVolumeHealthRequest__Output } from '../gen/csi/v1/ControllerGetVolumeHealthRequest.ts';
import type { ControllerGetVolumeHealthResponse } from '../gen/csi/v1/ControllerGetVolumeHealthResponse.ts';
import type { PoolResource } from '../../domain/pool.ts';
import { silenceMessage, silentSince } from '../../domain/silence.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import { changeVolume, type VolumeChange } from './change-volume.ts';
import type { ControllerDeps } from './deps.ts';
import { findPool } from './find-pool.ts';
import { requireReadyVolume } from './find-resource.ts';

/** CSI 1.13, ControllerGetVolumeHealth: the agent looks now. A pool that cannot be used makes its volumes inaccessible. */
export async function controllerGetVolumeHealth(
  request: ControllerGetVolumeHealthRequest__Output,
  deps: ControllerDeps,
  call: Call,
): Promise<ControllerGetVolumeHealthResponse> {
  const { catalog, now } = deps;
  const id = requireId(request.volumeId, 'volume_id');
  const { spec } = await requireReadyVolume(catalog, id);
  const pool = await findPool(catalog, spec.pool);
  const blind = blindness(spec.pool, pool, now());
  if (blind !== undefined) {
    return { volumeHealth: { volumeId: id, healthStatuses: [{ status: 'INACCESSIBLE', ...blind }] } };
  }
  const look: VolumeChange = { ask: (volume) => volume.spec, isDone: () => true, undo: () => undefined };
  const { status } = await changeVolume(deps, id, look, call);
  return { volumeHealth: { volumeId: id, healthStatuses: status.health } };
}

/** Why nobody can look now; undefined when the agent can. */
function blindness(id: string, pool: PoolResource | undefined, now: number) {
  if (pool === undefined) return { reason: 'PoolGone', message: `pool ${id} is gone with its node` };
  const since = silentSince(pool, now);
  if (since !== undefined) return { reason: 'NodeSilent', message: silenceMessage(pool, since) };
  if (pool.status.ready) return undefined;
  return { reason: 'PoolNotReady', message: `pool ${id} cannot be used now, so nobody can look` };
}
