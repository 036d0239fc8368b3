import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { Volume, VolumeSpec } from '../../domain/volume.ts';
import type { ControllerModifyVolumeRequest__Output } from '../gen/csi/v1/ControllerModifyVolumeRequest.ts';
import type { ControllerModifyVolumeResponse } from '../gen/csi/v1/ControllerModifyVolumeResponse.ts';
import { requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import { changeVolume } from './change-volume.ts';
import type { ControllerDeps } from './deps.ts';
import { requireFound, requireReady, requireVolume } from './find-resource.ts';
import { parseMutableParameters, withMutable, type MutableParameters } from './mutable-parameters.ts';

type ImagePart = Pick<VolumeSpec, 'exclusive' | 'provisioning'>;

/**
 * CSI 1.13, ControllerModifyVolume: all of the changes or none, and only of what is named. Tags live in the catalog
 * alone; what concerns the image is asked of the agent first.
 */
export async function controllerModifyVolume(
  request: ControllerModifyVolumeRequest__Output,
  { catalog }: ControllerDeps,
  call: Call,
): Promise<ControllerModifyVolumeResponse> {
  const id = requireId(request.volumeId, 'volume_id');
  if (Object.keys(request.mutableParameters).length === 0) {
    throw new VolumeError('InvalidArgument', 'mutable_parameters is missing: say what is to change');
  }
  const wanted = parseMutableParameters(request.mutableParameters);
  // Too many tags are refused before anything changes.
  withMutable((await requireVolume(catalog, id)).spec, wanted);

  if (wanted.exclusive !== undefined || wanted.provisioning !== undefined) await modifyImage(id, wanted, catalog, call);
  await modifyTags(id, wanted, catalog);
  return {};
}

async function modifyImage(id: string, wanted: MutableParameters, catalog: Catalog, call: Call): Promise<void> {
  const imagePart = ({ exclusive, provisioning }: ImagePart): ImagePart => ({ exclusive, provisioning });
  const isDone = ({ spec }: Volume): boolean =>
    (wanted.exclusive ?? spec.exclusive) === spec.exclusive &&
    (wanted.provisioning ?? spec.provisioning) === spec.provisioning;
  let before: ImagePart | undefined;
  const ask = (volume: Volume): VolumeSpec | undefined => {
    before = imagePart(volume.spec);
    return isDone(volume) ? undefined : { ...volume.spec, ...imagePart(withMutable(volume.spec, wanted)) };
  };
  const undo = ({ spec }: Volume, asked: VolumeSpec): VolumeSpec | undefined =>
    isDeepStrictEqual(imagePart(spec), imagePart(asked)) ? { ...spec, ...before } : undefined;
  await changeVolume(catalog, id, { ask, isDone, undo }, call);
}

async function modifyTags(id: string, { tags }: MutableParameters, { volumes }: Catalog): Promise<void> {
  const modified = await modify(volumes, id, (volume) => {
    const { spec } = requireReady(volume);
    const merged = withMutable(spec, { tags }).tags;
    return isDeepStrictEqual(merged, spec.tags) ? undefined : { ...spec, tags: merged };
  });
  requireFound(modified, `volume ${id}`);
}
