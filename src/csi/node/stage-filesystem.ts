import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemFacts } from '../../filesystem/filesystem.ts';
import { isHostError, type HostError } from '../../host/host-error.ts';
import type { Host, LoopDevice, PinnedPath } from '../../host/host.ts';
import { attachImage } from '../../pool/attach-image.ts';
import { imageUsage, type ImageUsage } from '../../pool/image-usage.ts';
import { imagePath } from '../../pool/layout.ts';
import type { NodeDeps } from './deps.ts';
import { filesystemOf, growIfShort, isShort } from './grow-filesystem.ts';
import { withPath } from './paths.ts';
import { idleDevices, planStaging, refuseForeign, type Staging } from './plan-staging.ts';
import { prepareStagingDirectory } from './prepare-path.ts';
import { releaseLoops } from './release-loops.ts';
import { endReplay, replayJournal } from './replay-journal.ts';
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
    const [present, facts] = await Promise.all([imageUsage(pool, record.id), inspectImage(staging)]);
    const wasReplaying = await endReplay(host, record.id, present);
    const usage = wasReplaying ? await imageUsage(pool, record.id) : present;
    refuseForeign(usage, record);
    const plan = planStaging(imageHoldings(usage), { volume: record, access, point: path.resolved });
    if (plan.kind === 'staged') {
      if (access !== 'reader') await growStaged(staging, plan.mount.device, path);
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
  const isToGrow = isShort(record, await soundFacts(staging, facts)) && !(await growUnmounted(staging));
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

/**
 * Grows a filesystem that this process could not grow mounted; returns whether it did. The tool works on a device: should
 * it outlive this process, the kernel tells the next call that somebody still has the volume.
 */
async function growUnmounted({ pool, record }: Staging): Promise<boolean> {
  const loop = await attachImage(pool, record, { access: 'single-writer', autoclear: true });
  try {
    return await filesystemOf(pool, record).growImage(loop.device.path);
  } finally {
    loop.close();
    await releaseLoops(pool.host, [loop.device]);
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

/** A filesystem that has noted errors is read through first, and refused when it is damaged. */
async function soundFacts(staging: Staging, facts: FilesystemFacts | undefined): Promise<FilesystemFacts> {
  const { pool, record } = staging;
  if (facts === undefined) throw damaged(staging, 'its superblock cannot be read');
  if (facts.hasErrors) {
    pool.log.warn({ volumeId: record.id }, 'filesystem has noted errors, checking it');
    const damage = await filesystemOf(pool, record).check(imagePath(pool, record.id));
    if (damage !== '') throw damaged(staging, damage);
  }
  return facts;
}

function damaged({ pool, record }: Staging, why: string, cause?: HostError): VolumeError {
  const { id, fsType } = record;
  const message =
    `volume ${id} is not mounted, its ${String(fsType)} may be damaged: ${why}. Nothing is repaired without being asked: ` +
    `run the repair tool of ${String(fsType)} on ${imagePath(pool, id)}, or restore a snapshot, then try again`;
  return new VolumeError('FailedPrecondition', message, { cause });
}

/** Nothing holds the image when it is mounted for the first time: what was left has been released. */
const UNUSED: ImageUsage = { loops: [], mounts: [] };

/** The device unbinds itself should this process end before it is mounted, and at the unmount. */
async function attachAndMount(staging: Staging, path: PinnedPath, isToGrow: boolean): Promise<void> {
  const { pool, record, access } = staging;
  const loop = await attachImage(pool, record, { access, autoclear: true, usage: UNUSED });
  try {
    const device = loop.device.path;
    await mount(pool.host, staging, device, path);
    if (isToGrow) await filesystemOf(pool, record).grow({ device, target: path.resolved });
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
  if (first === undefined) {
    const { id, fsType } = staging.record;
    const message = `volume ${id} is staged already, and ${String(fsType)} can be staged at one path only: use that one`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const taken = new Set(mounts.map(({ source }) => source));
  let source = device.path;
  while (taken.has(source)) source = source.replace('/dev/', '/dev/./');
  await mount(host, staging, source, path);
}

async function mount(
  host: Host,
  { pool, record, access, mountFlags }: Staging,
  source: string,
  path: PinnedPath,
): Promise<void> {
  const filesystem = filesystemOf(pool, record);
  const discard = record.provisioning === 'thin';
  const options = [...filesystem.mountOptions({ readOnly: access === 'reader', discard }), ...mountFlags];
  await host.mounts.mount({ source, target: path.path, fsType: filesystem.name, options });
}
