import { accessOf } from '../../domain/access.ts';
import { FILLING_CONTEXT, refusePopulating } from '../../domain/populating.ts';
import { refuseConverting } from '../../pool/converting.ts';
import type { NodeStageVolumeRequest__Output } from '../gen/csi/v1/NodeStageVolumeRequest.ts';
import type { NodeStageVolumeResponse } from '../gen/csi/v1/NodeStageVolumeResponse.ts';
import { requireCapability, requirePath } from '../server/require.ts';
import { asksForReadOnly, checkCapability } from './check-capability.ts';
import type { NodeDeps } from './deps.ts';
import { checkDirectoryCapability } from './directory/check-capability.ts';
import { requireAnyVolume } from './directory/find.ts';
import { stageDirectory } from './directory/stage.ts';
import { refuseEphemeral } from './require-volume.ts';
import { stageBlock } from './stage-block.ts';
import { stageFilesystem } from './stage-filesystem.ts';
import { requireVolumeId } from './volume-id.ts';
import { changingUsage } from './volume-lock.ts';

/**
 * CSI 1.13, NodeStageVolume: attaches the image and mounts it, or binds its device, at the staging path; a volume that is
 * a directory is shown there by a bind mount. Decides from the node's records and the kernel alone, so it is safe to repeat
 * after a crash at any point.
 */
export async function nodeStageVolume(
  request: NodeStageVolumeRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<NodeStageVolumeResponse> {
  const id = requireVolumeId(request.volumeId);
  const stagingTargetPath = requirePath(request.stagingTargetPath, 'staging_target_path');
  const capability = requireCapability(request.volumeCapability);

  await changingUsage(deps, id, signal, async () => {
    const readOnly = asksForReadOnly(capability, request.publishContext);
    const { mode, mountFlags } = capability;
    const found = await requireAnyVolume(deps, id, request.volumeContext);
    if (found.kind === 'directory') {
      const { volume } = found;
      checkDirectoryCapability(volume, capability);
      const access = accessOf(mode, { readOnly, exclusive: volume.exclusive });
      const ask = { access, mountFlags, secrets: request.secrets, stagingTargetPath };
      await stageDirectory(volume, ask, deps);
      return;
    }
    const { pool, record } = found.volume;
    refuseEphemeral(record);
    if (request.volumeContext[FILLING_CONTEXT] !== 'true') refusePopulating(record);
    await refuseConverting(pool, record);
    checkCapability(record, capability, deps.filesystems);
    const access = accessOf(mode, { readOnly, exclusive: record.exclusive });
    const staging = { pool, record, access, mountFlags };
    const stage = record.volumeMode === 'Block' ? stageBlock : stageFilesystem;
    await stage(staging, stagingTargetPath, deps);
  });
  return {};
}
