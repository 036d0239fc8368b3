import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemFacts } from '../../filesystem/filesystem.ts';
import { isHostError } from '../../host/host-error.ts';
import type { Host, LoopDevice, PinnedPath } from '../../host/host.ts';
import { attachImage } from '../../pool/attach-image.ts';
import { imageUsage, type ImageUsage } from '../../pool/image-usage.ts';
import { imagePath } from '../../pool/layout.ts';
import type { NodeDeps } from './deps.ts';
import { endLeft, endPods } from './end-pods.ts';
import { filesystemOf, growIfShort, isShort, noteGrown } from './grow-filesystem.ts';
import { isAbandoned, unmountAbandoned } from './abandoned-mount.ts';
import { mountDevice } from './mount-device.ts';
import { withPath } from './paths.ts';
import { idleDevices, planStaging, refuseForeign, type Staging } from './plan-staging.ts';
import { prepareStagingDirectory } from './prepare-path.ts';
import { damaged, prepareUnmounted, soundFacts } from './prepare-unmounted.ts';
import { releaseLoops } from './release-loops.ts';
import { replayJournal } from './replay-journal.ts';
import { imageHoldings } from './volume-usage.ts';

/**
 * Mounts the volume's filesystem at the staging path: grown to its image, read-only down to the device for readers.
 * `prepare` makes the directory, or refuses the one that is there.
 */
export function stageFilesystem(
  staging: Staging,
  stagingTargetPath: string,
  deps: NodeDeps,
  prepare: (host: Host, path: PinnedPath) => Promise<void> = prepareStagingDirectory,
): Promise<void> {
  const { pool, record, access } = staging;
  const { host } = deps;
  return withPath(deps, stagingTargetPath, async (path) => {
    // Read at the same time, whether the superblock will be needed or not.
    const look = () => imageUsage(pool, record.id);
    const [present, facts] = await Promise.all([look(), inspectImage(staging)]);
    const usage = await endLeft(host, { id: record.id, volume: staging, usage: present }, look);
    refuseForeign(usage, record);
    const plan = planStaging(imageHoldings(usage), { volume: record, access, point: path.resolved });
    if (plan.kind === 'staged') {
      if (!(await isAbandoned(staging, path))) {
        if (access !== 'reader') await growStaged(staging, plan.mount.device, path);
        return;
      }
      await unmountAbandoned(staging, usage, path);
      await mountFirst(staging, facts, path);
      return;
    }
    await releaseLoops(host, idleDevices(usage));
    await prepare(host, path);
    await (plan.kind === 'first'
      ? mountFirst(staging, facts, path)
      : mountAgain(host, staging, plan.mount.device, path));
  });
}

/**
 * A device that only reads cannot replay a journal, and says so in the filesystem's own way. Then it is replayed once, as
 * it is when the filesystem must grow first.
 */
async function mountFirst(staging: Staging, facts: FilesystemFacts | undefined, path: PinnedPath): Promise<void> {
  const { pool, record, access } = staging;
  const filesystem = filesystemOf(pool, record);
  const isTooSmall = isShort(record, await soundFacts(staging, facts)) && filesystem.canGrow;
  const isToGrow = await prepareUnmounted(staging, isTooSmall);
  try {
    if (access !== 'reader') {
      await attachAndMount(staging, path, isToGrow);
      return;
    }
    if (isToGrow) await replayJournal(pool, record);
    try {
      await attachAndMount(staging, path, false);
    } catch (error) {
      if (!isHostError(error, ...filesystem.replayErrors)) throw error;
      await replayJournal(pool, record);
      await attachAndMount(staging, path, false);
    }
  } catch (error) {
    throw isHostError(error, 'EUCLEAN', 'EINVAL', 'EIO', 'EBADMSG') ? damaged(staging, error.message, error) : error;
  }
}

/** An earlier call may have ended between mounting and growing. Staged it is, whether it can grow while mounted or not. */
async function growStaged({ pool, record }: Staging, device: LoopDevice, path: PinnedPath): Promise<void> {
  try {
    await growIfShort(pool, record, { device: device.path, target: path.resolved });
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    pool.log.warn({ volumeId: record.id, err: error }, 'staged filesystem stays smaller than its volume');
  }
}

/** What the superblock says; undefined when it cannot be read. Throws DataLoss when there is no image. */
async function inspectImage({ pool, record }: Staging): Promise<FilesystemFacts | undefined> {
  const image = imagePath(pool, record.id);
  try {
    return await filesystemOf(pool, record).inspect(image);
  } catch (error) {
    if (!isHostError(error, 'ENOENT')) throw error;
    throw new VolumeError('DataLoss', `${image} is missing: restore volume ${record.id} from a snapshot`, {
      cause: error,
    });
  }
}

/** Nothing holds the image when it is mounted for the first time: what was left has been released. */
const UNUSED: ImageUsage = { loops: [], mounts: [] };

/**
 * The device unbinds itself should this process end before it is mounted, and at the unmount. Not where a program has it
 * open: when that ended, the number of the device that its mount still names would be free for another volume.
 */
async function attachAndMount(staging: Staging, path: PinnedPath, isToGrow: boolean): Promise<void> {
  const { pool, record, access } = staging;
  const filesystem = filesystemOf(pool, record);
  const autoclear = filesystem.mounting.by === 'kernel';
  const loop = await attachImage(pool, record, { access, autoclear, usage: UNUSED });
  const device = loop.device.path;
  try {
    await mountDevice(staging, device, path);
  } catch (error) {
    loop.close();
    await endPods(staging);
    if (!autoclear) await pool.host.loops.detach(device);
    throw error;
  }
  try {
    if (!isToGrow) return;
    await filesystem.grow({ device, target: path.resolved });
    await noteGrown(pool, record);
  } finally {
    loop.close();
  }
}

/**
 * Mounts the same superblock at another staging path. The source is spelled in a way of its own, which every bind mount
 * of it takes over: so the kernel remembers from which staging a volume was published.
 */
async function mountAgain(host: Host, staging: Staging, device: LoopDevice, path: PinnedPath): Promise<void> {
  const mounts = (await host.mounts.list()).filter(({ deviceNumber }) => deviceNumber === device.deviceNumber);
  const [first] = mounts;
  if (first === undefined || filesystemOf(staging.pool, staging.record).mounting.by === 'program') {
    const { id, fsType } = staging.record;
    const message = `volume ${id} is staged already, and ${String(fsType)} can be staged at one path only: use that one`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const taken = new Set(mounts.map(({ source }) => source));
  let source = device.path;
  while (taken.has(source)) source = source.replace('/dev/', '/dev/./');
  await mountDevice(staging, source, path);
}
