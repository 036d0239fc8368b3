import { VolumeError } from '../../domain/errors.ts';
import type { Host, PinnedPath } from '../../host/host.ts';
import { attachImage } from '../../pool/attach-image.ts';
import { imageUsage } from '../../pool/image-usage.ts';
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
import { isBlockStaging, stagingPoint, withPath } from './paths.ts';
import { planPublishing, type PublishingPlan } from './plan-publishing.ts';
import { prepareFile, prepareTargetDirectory } from './prepare-path.ts';
import { refuseEphemeral, requireVolume } from './require-volume.ts';
import { restageAbandoned } from './restage-abandoned.ts';
import { isEphemeralHandle, requireVolumeId } from './volume-id.ts';
import { changingUsage } from './volume-lock.ts';
import { imageHoldings, usageAt, type ImageHolding } from './volume-usage.ts';

/** The kubelet's note on every volume, where the CSIDriver has `podInfoOnMount`. */
const EPHEMERAL_NOTE = 'csi.storage.k8s.io/ephemeral';

/**
 * CSI 1.13, NodePublishVolume: shows a staged volume at the target path, by a bind mount; one that a pod asks for
 * inline is made for it first. Decides from the pool's record
 * and the kernel alone, so it is safe to repeat after a crash at any point.
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
    // The record is read while the paths are resolved.
    const finding = findChecked(request, capability, deps);
    await besides(finding, publish(publishing, finding, deps));
  });
  return {};
}

function notStaged(given: string): string {
  if (!isEphemeralHandle(given)) return 'staging_target_path is missing: stage the volume, and say where';
  return `inline volume ${given} comes without ${EPHEMERAL_NOTE}: its CSIDriver must have podInfoOnMount: true`;
}

interface Publish {
  readonly id: string;
  readonly capability: Capability;
  readonly readOnly: boolean;
  readonly stagingTargetPath: string;
  readonly targetPath: string;
}

async function findChecked(
  { volumeId, volumeContext }: NodePublishVolumeRequest__Output,
  capability: Capability,
  deps: NodeDeps,
): Promise<FoundVolume> {
  const volume = await requireVolume(deps, volumeId, volumeContext);
  refuseEphemeral(volume.record);
  checkCapability(volume.record, capability, deps.filesystems);
  return volume;
}

/** Waits for both. What went wrong with the first one is told first, as if the second had come after it. */
async function besides<T>(first: Promise<unknown>, second: Promise<T>): Promise<T> {
  const [one, two] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (two.status === 'rejected') throw two.reason;
  return two.value;
}

function publish(what: Publish, finding: Promise<FoundVolume>, deps: NodeDeps): Promise<void> {
  const { id, capability, readOnly, stagingTargetPath, targetPath } = what;
  const { host } = deps;
  const isBlock = capability.access === 'block';
  const point = stagingPoint({ id, volumeMode: isBlock ? 'Block' : 'Filesystem' }, stagingTargetPath);
  return withPath(deps, point, (staging) =>
    withPath(deps, targetPath, async (target) => {
      const volume = await finding;
      checkTarget(volume, staging, target);
      // Only a block volume has a second device, for targets that are read-only beside a writer.
      const usage = await (isBlock ? imageUsage(volume.pool, id) : usageAt(deps, id, staging.resolved));
      const paths = { stagingPoint: staging.resolved, targetPath: target.resolved };
      const plan = planPublishing(imageHoldings(usage), {
        volume: volume.record,
        mode: capability.mode,
        readOnly,
        ...paths,
      });
      if (plan.published !== undefined) return;
      if (isBlock) await bindDevice(host, volume, plan, target);
      else {
        await restageAbandoned(volume, usage, { staging, mountFlags: capability.mountFlags }, deps);
        await bindFilesystem(host, staging, plan, target);
      }
    }),
  );
}

function checkTarget({ record }: FoundVolume, staging: PinnedPath, target: PinnedPath): void {
  const isInside = `${target.resolved}/`.startsWith(`${staging.resolved}/`);
  const isTaken = record.volumeMode === 'Block' && isBlockStaging(record.id, target.resolved);
  if (!isInside && !isTaken) return;
  const message = `target_path ${target.resolved} is a place of the staging: choose another`;
  throw new VolumeError('InvalidArgument', message);
}

async function bindFilesystem(
  host: Host,
  staging: PinnedPath,
  plan: PublishingPlan<ImageHolding>,
  target: PinnedPath,
): Promise<void> {
  const isNew = await prepareTargetDirectory(host, target);
  await bind(host, { source: staging.path, target, readOnly: plan.readOnly, isNew });
}

/**
 * A read-only bind mount of a device node does not keep anybody from writing to the device. So a read-only target beside
 * a writer shows a second, read-only device of the same image; it reads what the writer has flushed.
 */
async function bindDevice(
  host: Host,
  volume: FoundVolume,
  plan: PublishingPlan<ImageHolding>,
  target: PinnedPath,
): Promise<void> {
  const { readOnly, staged } = plan;
  const isNew = await prepareFile(host, target);
  if (staged.device.readOnly || !readOnly) {
    await bind(host, { source: staged.device.path, target, readOnly: false, isNew });
    return;
  }
  await host.loops.flush(staged.device.path);
  const second = await attachImage(volume.pool, volume.record, { access: 'reader', autoclear: false });
  try {
    await bind(host, { source: second.device.path, target, readOnly: false, isNew });
  } finally {
    second.close();
  }
}

/** Leaves no empty target behind when the bind mount fails. */
async function bind(
  host: Host,
  what: { source: string; target: PinnedPath; readOnly: boolean; isNew: boolean },
): Promise<void> {
  const { source, target, readOnly, isNew } = what;
  try {
    await host.mounts.bind({ source, target: target.path, readOnly });
  } catch (error) {
    if (isNew) await host.files.remove(target.path);
    throw error;
  }
}
