import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { VolumeError } from '../domain/errors.ts';
import { formatSize } from '../domain/sizes.ts';
import { xfs } from '../filesystem/xfs.ts';
import type { FileStat, Host } from '../host/host.ts';
import type { BackedSettings } from './backing.ts';

/**
 * Gives the file the size that is configured, and its filesystem, which is mounted, the size of the file; volumes in it may
 * be in use. The file is larger before its filesystem is, so what a crash leaves undone the next start does. A file never
 * shrinks; where the disk has no room for more, it keeps its size, since what is in it is needed more than what could be.
 * The pool must be this process's.
 */
export async function growBacking(settings: BackedSettings, host: Host, log: Logger): Promise<void> {
  const { path, backing } = settings;
  const file = await host.files.stat(backing.file);
  const mounted = await host.mounts.find(path);
  if (file === undefined || mounted === undefined) return;
  const { size = file.size } = backing;
  if (size < file.size) {
    const message = `${backing.file} keeps its ${formatSize(file.size)}, ${formatSize(size)} are configured: a backing file never shrinks`;
    log.warn({ file: backing.file, size: file.size, configured: size }, message);
  }
  if (size > file.size) await tryGrowFile(settings, { file, size }, host, log);
  const [device] = (await host.loops.holding(file)).filter((held) => held.deviceNumber === mounted.deviceNumber);
  if (device !== undefined) await growFilesystem(settings, device.path, { host, log });
}

async function tryGrowFile(
  settings: BackedSettings,
  wanted: { file: FileStat; size: number },
  host: Host,
  log: Logger,
): Promise<void> {
  try {
    await growFile(settings, wanted, host);
  } catch (error) {
    if (!(error instanceof VolumeError) || error.reason !== 'ResourceExhausted') throw error;
    log.error({ file: settings.backing.file, err: error }, 'the pool keeps its size');
  }
}

/** Throws ResourceExhausted when the disk has no room for it; then nothing has changed. */
async function growFile({ backing }: BackedSettings, wanted: { file: FileStat; size: number }, host: Host) {
  const { file, size } = wanted;
  if (backing.thin) await host.images.resize(backing.file, size);
  else await allocate(backing.file, wanted, host);
  // The filesystem may not be larger than its file, whatever happens to the host.
  await host.images.sync(backing.file);
  const now = await host.files.stat(backing.file);
  if (now?.inode !== file.inode || now.size < size) {
    throw new VolumeError('FailedPrecondition', `${backing.file} was changed while it grew: leave it to the driver`);
  }
}

async function allocate(path: string, { file, size }: { file: FileStat; size: number }, host: Host): Promise<void> {
  const { availableBytes } = await host.files.usage(dirname(path));
  const more = size - Math.min(file.allocated, file.size);
  if (availableBytes < more) throw noRoom(path, { size, free: availableBytes, keeps: file.size });
  try {
    await host.images.allocate(path, size);
  } catch (error) {
    // Some filesystems keep what they have allocated until the disk was full. Nothing uses it yet.
    await host.images.resize(path, file.size);
    if (!(error instanceof VolumeError) || error.reason !== 'ResourceExhausted') throw error;
    throw noRoom(path, { size, free: availableBytes, keeps: file.size });
  }
}

function noRoom(path: string, { size, free, keeps }: { size: number; free: number; keeps: number }): VolumeError {
  const message = `${path} cannot grow from ${formatSize(keeps)} to ${formatSize(size)}, ${dirname(path)} has ${formatSize(free)} free: free some room, or configure ${formatSize(keeps)} again`;
  return new VolumeError('ResourceExhausted', message);
}

async function growFilesystem(
  { path, backing }: BackedSettings,
  device: string,
  { host, log }: { host: Host; log: Logger },
): Promise<void> {
  const file = await host.files.stat(backing.file);
  if (file !== undefined && (await host.loops.size(device)) < file.size) await host.loops.refreshSize(device);
  const size = await host.loops.size(device);
  const filesystem = xfs(host);
  // What is on disk may be older than what the kernel knows, which then has nothing to do.
  const facts = await filesystem.inspect(backing.file);
  if (facts === undefined || size - (facts.size ?? 0) < facts.growthStep) return;
  await filesystem.grow({ device, target: path });
  log.info({ file: backing.file, size }, 'the pool has grown');
}
