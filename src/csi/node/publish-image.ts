import { VolumeError } from '../../domain/errors.ts';
import type { Host, PinnedPath } from '../../host/host.ts';
import { attachImage } from '../../pool/attach-image.ts';
import { imageUsage } from '../../pool/image-usage.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { Capability } from '../server/require.ts';
import type { NodeDeps } from './deps.ts';
import { isBlockStaging, stagingPoint, withPath } from './paths.ts';
import { planPublishing, type PublishingPlan } from './plan-publishing.ts';
import { prepareFile, prepareTargetDirectory } from './prepare-path.ts';
import { restageAbandoned } from './restage-abandoned.ts';
import { imageHoldings, usageAt, type ImageHolding } from './volume-usage.ts';

/** How a volume with an image is to be published. */
export interface ImagePublishing {
  readonly id: string;
  readonly capability: Capability;
  readonly readOnly: boolean;
  readonly stagingTargetPath: string;
  readonly targetPath: string;
}

/** Shows what is staged at the target path. The record is read, by `finding`, while the paths are resolved. */
export function publishImage(what: ImagePublishing, finding: Promise<FoundVolume>, deps: NodeDeps): Promise<void> {
  return besides(finding, publish(what, finding, deps));
}

/** Waits for both. What went wrong with the first one is told first, as if the second had come after it. */
async function besides<T>(first: Promise<unknown>, second: Promise<T>): Promise<T> {
  const [one, two] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (two.status === 'rejected') throw two.reason;
  return two.value;
}

function publish(what: ImagePublishing, finding: Promise<FoundVolume>, deps: NodeDeps): Promise<void> {
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
