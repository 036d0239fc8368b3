import { VolumeError } from '../../domain/errors.ts';
import { refusePopulating } from '../../domain/populating.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { NodePublishVolumeRequest__Output } from '../gen/csi/v1/NodePublishVolumeRequest.ts';
import type { NodePublishVolumeResponse } from '../gen/csi/v1/NodePublishVolumeResponse.ts';
import { requireCapability, requirePath, type Capability } from '../server/require.ts';
import { asksForReadOnly, checkCapability } from './check-capability.ts';
import type { NodeDeps } from './deps.ts';
import { checkDirectoryCapability } from './directory/check-capability.ts';
import { isDirectoryHere, requireAnyVolume } from './directory/find.ts';
import { publishDirectory } from './directory/publish.ts';
import { publishEphemeral } from './ephemeral/publish.ts';
import { publishImage } from './publish-image.ts';
import { refuseEphemeral, requireVolume } from './require-volume.ts';
import { isEphemeralHandle, requireVolumeId } from './volume-id.ts';
import { changingUsage } from './volume-lock.ts';

/** The kubelet's note on every volume, where the CSIDriver has `podInfoOnMount`. */
const EPHEMERAL_NOTE = 'csi.storage.k8s.io/ephemeral';

/**
 * CSI 1.13, NodePublishVolume: shows a staged volume at the target path, by a bind mount; one that a pod asks for
 * inline is made for it first. Decides from the pool's record and the kernel alone, so it is safe to repeat after a crash
 * at any point.
 */
export async function nodePublishVolume(
  request: NodePublishVolumeRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<NodePublishVolumeResponse> {
  if (request.volumeContext[EPHEMERAL_NOTE] === 'true') {
    await publishEphemeral(request, deps, signal);
    return {};
  }
  const id = requireVolumeId(request.volumeId);
  const targetPath = requirePath(request.targetPath, 'target_path');
  const capability = requireCapability(request.volumeCapability);
  if (request.stagingTargetPath === '') {
    throw new VolumeError('FailedPrecondition', notStaged(request.volumeId));
  }
  const stagingTargetPath = requirePath(request.stagingTargetPath, 'staging_target_path');
  const readOnly = request.readonly || asksForReadOnly(capability, request.publishContext);

  const publishing = { id, capability, readOnly, stagingTargetPath, targetPath };
  await changingUsage(deps, id, signal, async () => {
    if (await isDirectoryHere(deps, id)) {
      const found = await requireAnyVolume(deps, id, request.volumeContext);
      if (found.kind === 'directory') {
        checkDirectoryCapability(found.volume, capability);
        await publishDirectory(found.volume, { ...publishing, secrets: request.secrets }, deps);
        return;
      }
    }
    await publishImage(publishing, findChecked(request, capability, deps), deps);
  });
  return {};
}

function notStaged(given: string): string {
  if (!isEphemeralHandle(given)) return 'staging_target_path is missing: stage the volume, and say where';
  return `inline volume ${given} comes without ${EPHEMERAL_NOTE}: its CSIDriver must have podInfoOnMount: true`;
}

async function findChecked(
  { volumeId, volumeContext }: NodePublishVolumeRequest__Output,
  capability: Capability,
  deps: NodeDeps,
): Promise<FoundVolume> {
  const volume = await requireVolume(deps, volumeId, volumeContext);
  refuseEphemeral(volume.record);
  refusePopulating(volume.record);
  checkCapability(volume.record, capability, deps.filesystems);
  return volume;
}
