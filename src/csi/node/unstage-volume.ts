import { VolumeError } from '../../domain/errors.ts';
import { isIdOfVolume } from '../../domain/ids.ts';
import type { Host } from '../../host/host.ts';
import { mountOf, type ImageMount } from '../../pool/image-mount.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import { isVolumeId } from '../../pool/layout.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { NodeUnstageVolumeRequest__Output } from '../gen/csi/v1/NodeUnstageVolumeRequest.ts';
import type { NodeUnstageVolumeResponse } from '../gen/csi/v1/NodeUnstageVolumeResponse.ts';
import { requirePath } from '../server/require.ts';
import type { NodeDeps } from './deps.ts';
import { unstageDirectory } from './directory/unstage.ts';
import { endLeft, endPods } from './end-pods.ts';
import { liftLimits, withoutLimits } from './lift-limits.ts';
import { isBlockStaging, stagingPoint, withPathOrNone } from './paths.ts';
import { idleDevices } from './plan-staging.ts';
import { refuseCovered } from './refuse-covered.ts';
import { releaseLoops } from './release-loops.ts';
import { removeEmpty } from './remove-empty.ts';
import { unmountStaged } from './unmount-staged.ts';
import { isEphemeralHandle, requireVolumeId } from './volume-id.ts';
import { changingUsage } from './volume-lock.ts';
import { accessOfMount, refuseInClosedPool, volumeUsage } from './volume-usage.ts';

/**
 * CSI 1.13, NodeUnstageVolume: undoes NodeStageVolume, and succeeds only when no loop device holds the image any more,
 * unless the volume is staged elsewhere too. Needs no record. What is not staged there is fine; FAILED_PRECONDITION while
 * the volume is published from there or in use.
 */
export async function nodeUnstageVolume(
  request: NodeUnstageVolumeRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<NodeUnstageVolumeResponse> {
  const id = requireVolumeId(request.volumeId);
  const stagingTargetPath = requirePath(request.stagingTargetPath, 'staging_target_path');
  // An ephemeral volume is never staged, though it is mounted as if it were.
  if (!isIdOfVolume(id) || isEphemeralHandle(request.volumeId)) return {};

  await changingUsage(deps, id, signal, async () => {
    if (await unstageDirectory(id, stagingTargetPath, deps)) return;
    // No image has another id.
    if (!isVolumeId(id)) return;
    const look = () => volumeUsage(deps, id);
    // What must be unmounted does not depend on its record.
    const volume = await deps.pools.find(id).catch(() => undefined);
    const usage = await endLeft(deps.host, { id, volume, usage: await look() }, look);
    if (usage.loops.length === 0) await refuseInClosedPool(deps, id);
    const left = await unmountStaging({ id, volume }, stagingTargetPath, usage, deps);
    const isLast = usage.mounts.length > 0 && left.mounts.length === 0;
    if (volume !== undefined && isLast) await endPods(volume);
    const idle = idleDevices(left);
    await liftLimits(deps, idle);
    await releaseLoops(deps.host, idle);
    const foreign = left.loops.find(({ access }) => access === 'foreign');
    if (left.mounts.length === 0 && foreign !== undefined) {
      const { path } = foreign.device;
      const message = `the image of volume ${id} is attached to ${path} by somebody else: detach it (losetup -d ${path})`;
      throw new VolumeError('FailedPrecondition', message);
    }
  });
  return {};
}

/** Returns what is there without the staging. */
async function unmountStaging(
  { id, volume }: { id: string; volume: FoundVolume | undefined },
  stagingTargetPath: string,
  usage: ImageUsage,
  deps: NodeDeps,
): Promise<ImageUsage> {
  const { host } = deps;
  const isFilesystem = usage.mounts.some(({ kind }) => kind === 'filesystem');
  const point = stagingPoint({ id, volumeMode: isFilesystem ? 'Filesystem' : 'Block' }, stagingTargetPath);
  return withPathOrNone(deps, point, async (path) => {
    if (path === undefined) return usage;
    const isHere = (mount: ImageMount) => mount.target === path.resolved && accessOfMount(usage, mount) !== undefined;
    const here = usage.mounts.filter(isHere);
    const others = usage.mounts.filter((mount) => !isHere(mount));
    const [staged] = here;
    if (staged !== undefined) {
      const target = await publishedTarget(host, { id, staged, others, usage });
      if (target !== undefined) {
        const message = `volume ${id} is still published at ${target}: unpublish it there first`;
        throw new VolumeError('FailedPrecondition', message);
      }
      await refuseCovered(host, path, (top) => mountOf(staged.device, top) !== undefined);
      // What is left of it has nobody who would wait.
      const ending = others.length === 0 ? [staged.device] : [];
      await withoutLimits(deps, volume, ending, () => unmountStaged(deps, volume, path, here.length));
    }
    // The file outlives its bind mount when a call ended in between, or was never bound.
    if (!isFilesystem) await removeEmpty(host, path);
    return { loops: usage.loops, mounts: others };
  });
}

/** A target path that only this staging holds up. */
async function publishedTarget(
  host: Host,
  what: { id: string; staged: ImageMount; others: readonly ImageMount[]; usage: ImageUsage },
): Promise<string | undefined> {
  const { id, staged, others, usage } = what;
  if (others.length === 0) return undefined;
  // A single writer is staged at one path, so all others are targets.
  if (accessOfMount(usage, staged) === 'single-writer') return others[0]?.target;
  if (staged.kind === 'block') {
    return others.some(({ target }) => isBlockStaging(id, target)) ? undefined : others[0]?.target;
  }
  // A bind mount has the source of its staging, spelled as there.
  const mounts = await host.mounts.list();
  const source = mounts.findLast(({ target }) => target === staged.target)?.source;
  const targets = new Set(others.map(({ target }) => target));
  return mounts.find((mount) => mount.source === source && targets.has(mount.target))?.target;
}
