import { refuseLocked } from '../../domain/delete-lock.ts';
import { VolumeError } from '../../domain/errors.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { Volume } from '../../domain/volume.ts';
import type { DeleteVolumeRequest__Output } from '../gen/csi/v1/DeleteVolumeRequest.ts';
import type { DeleteVolumeResponse } from '../gen/csi/v1/DeleteVolumeResponse.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import type { ControllerDeps } from './deps.ts';
import { requestDeletion } from './request-deletion.ts';

/** CSI 1.13, DeleteVolume: deleting what is gone succeeds; what is attached, in use or locked is refused. */
export async function deleteVolume(
  request: DeleteVolumeRequest__Output,
  deps: ControllerDeps,
  call: Call,
): Promise<DeleteVolumeResponse> {
  const id = requireId(request.volumeId, 'volume_id');
  await requestDeletion(deps.catalog.volumes, id, refuseKept, deps, call);
  return {};
}

function refuseKept(volume: Volume): void {
  const { spec } = volume;
  refuseLocked(nameOfVolume(volume), 'volume', spec);
  if (spec.attachments.length === 0) return;
  const holders = spec.attachments.map(({ nodeName }) => nodeName).join(', ');
  throw new VolumeError(
    'FailedPrecondition',
    `${nameOfVolume(volume)} is attached to node ${holders}: detach it first`,
  );
}
