import { isDeepStrictEqual } from 'node:util';
import { VolumeError } from '../../domain/errors.ts';
import type { Volume, VolumeSpec } from '../../domain/volume.ts';
import type { ControllerModifyVolumeRequest__Output } from '../gen/csi/v1/ControllerModifyVolumeRequest.ts';
import type { ControllerModifyVolumeResponse } from '../gen/csi/v1/ControllerModifyVolumeResponse.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import { changeVolume } from './change-volume.ts';
import type { ControllerDeps } from './deps.ts';
import { refuseOfManaged } from './managed/refuse-of-managed.ts';
import { parseMutableParameters, refuseOfDirectory, withMutable, type Mutable } from './mutable-parameters.ts';

/**
 * CSI 1.13, ControllerModifyVolume: all of the changes or none, and only of what is named. The agent is asked, since the
 * image's record has them too.
 */
export async function controllerModifyVolume(
  request: ControllerModifyVolumeRequest__Output,
  deps: ControllerDeps,
  call: Call,
): Promise<ControllerModifyVolumeResponse> {
  const id = requireId(request.volumeId, 'volume_id');
  if (Object.keys(request.mutableParameters).length === 0) {
    throw new VolumeError('InvalidArgument', 'mutable_parameters is missing: say what is to change');
  }
  const wanted = parseMutableParameters(request.mutableParameters);
  const changed = ({ spec }: Volume): Mutable => withMutable(spec, wanted);
  const isDone = (volume: Volume): boolean => isDeepStrictEqual(mutableOf(volume.spec), changed(volume));
  let before: Mutable | undefined;
  const ask = (volume: Volume): VolumeSpec | undefined => {
    if (volume.spec.managed !== undefined) refuseOfManaged(wanted, volume.spec.sharing === 'many');
    refuseOfDirectory(wanted, volume.spec.fsType, deps.filesystemRules);
    before = mutableOf(volume.spec);
    return isDone(volume) ? undefined : { ...volume.spec, ...changed(volume) };
  };
  const undo = ({ spec }: Volume, asked: VolumeSpec): VolumeSpec | undefined =>
    isDeepStrictEqual(mutableOf(spec), mutableOf(asked)) ? { ...spec, ...before } : undefined;
  await changeVolume(deps, id, { ask, isDone, undo }, call);
  return {};
}

function mutableOf({ exclusive, provisioning, tags, populating, deleteLock, ioLimits }: VolumeSpec): Mutable {
  return { exclusive, provisioning, tags, populating, deleteLock, ioLimits };
}
