import { isDeepStrictEqual } from 'node:util';
import { VolumeError } from '../../domain/errors.ts';
import type { Volume } from '../../domain/volume.ts';
import type { ValidateVolumeCapabilitiesRequest__Output } from '../gen/csi/v1/ValidateVolumeCapabilitiesRequest.ts';
import type { ValidateVolumeCapabilitiesResponse } from '../gen/csi/v1/ValidateVolumeCapabilitiesResponse.ts';
import { requireCapabilities, requireId, type Capability } from '../server/require.ts';
import { checkCapability } from './check-capability.ts';
import type { ControllerDeps } from './deps.ts';
import { requireVolume } from './find-resource.ts';
import { parseMutableParameters, withMutable } from './mutable-parameters.ts';
import { checkContext } from './volume-message.ts';
import { ownParameters } from './volume-parameters.ts';

/** CSI 1.13, ValidateVolumeCapabilities: confirms all, or says in the message what the volume cannot do. */
export async function validateVolumeCapabilities(
  request: ValidateVolumeCapabilitiesRequest__Output,
  deps: ControllerDeps,
): Promise<ValidateVolumeCapabilitiesResponse> {
  const id = requireId(request.volumeId, 'volume_id');
  const capabilities = requireCapabilities(request.volumeCapabilities);
  const volume = await requireVolume(deps.catalog, id);

  const { volumeContext, volumeCapabilities, parameters, mutableParameters } = request;
  try {
    checkAll(volume, request, capabilities, deps);
  } catch (error) {
    if (!(error instanceof VolumeError && error.reason === 'InvalidArgument')) throw error;
    return { message: error.message };
  }
  return { confirmed: { volumeContext, volumeCapabilities, parameters, mutableParameters } };
}

/** Throws InvalidArgument. */
function checkAll(
  volume: Volume,
  request: ValidateVolumeCapabilitiesRequest__Output,
  capabilities: readonly Capability[],
  { filesystemRules }: ControllerDeps,
): void {
  checkContext(volume, request.volumeContext);
  for (const capability of capabilities) checkCapability(capability, volume, filesystemRules);
  const parameters = ownParameters(request.parameters);
  if (Object.keys(parameters).length > 0 && !isDeepStrictEqual(parameters, volume.spec.parameters)) {
    throw new VolumeError('InvalidArgument', `volume ${volume.id} was made with other parameters`);
  }
  const present = withMutable(volume.spec, parseMutableParameters({}));
  const wanted = withMutable(volume.spec, parseMutableParameters(request.mutableParameters));
  if (!isDeepStrictEqual(wanted, present)) {
    throw new VolumeError('InvalidArgument', `volume ${volume.id} has other mutable parameters`);
  }
}
