import { dirname } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { formatSize } from '../domain/sizes.ts';
import { isHostError } from '../host/host-error.ts';
import type { Host, LoopDevice } from '../host/host.ts';
import { checkBackingSize, sensibleSize } from './backing-size.ts';
import type { PoolSettings } from './pool.ts';

export interface BackedSettings extends PoolSettings {
  readonly backing: NonNullable<PoolSettings['backing']>;
}

/** Bytes. Direct I/O on the file may need this much, depending on the filesystem it is on. */
const SECTOR_SIZE = 4096;

/**
 * Mounts the pool's own filesystem: makes the file on the very first start, uses a mount that is there already. Safe to
 * repeat. Throws FailedPrecondition when the file of a known pool is gone, or something else is mounted in its place;
 * ResourceExhausted when the disk has no room for it.
 */
export async function mountBacking(settings: BackedSettings, host: Host): Promise<void> {
  const { path, backing } = settings;
  const file = (await host.files.stat(backing.file)) ?? (await makeBacking(settings, host));
  const devices = await host.loops.holding(file);
  const mounted = await host.mounts.find(path);
  if (mounted !== undefined) {
    if (devices.some(({ deviceNumber }) => deviceNumber === mounted.deviceNumber)) return;
    const message = `${mounted.source} is mounted at ${path}, not ${backing.file}: unmount it, or choose another path`;
    throw new VolumeError('FailedPrecondition', message);
  }
  await host.files.makeDirectory(path, 0o700);
  if ((await host.files.list(path)).length > 0) {
    const message = `${path} is not empty, and the filesystem in ${backing.file} would hide what is there: choose another path`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const attached = await attachBacking(settings, host, devices);
  try {
    const options = backing.thin ? ['noatime', 'discard'] : ['noatime'];
    await host.mounts.mount({ source: attached.device.path, target: path, fsType: 'xfs', options });
  } finally {
    attached.close();
  }
}

/** Unmounts it; the kernel then unbinds the device. Returns false and changes nothing when something in it is in use. */
export async function unmountBacking(settings: BackedSettings, host: Host): Promise<boolean> {
  try {
    await host.mounts.unmount(settings.path);
    return true;
  } catch (error) {
    if (isHostError(error, 'EINVAL')) return true;
    if (isHostError(error, 'EBUSY')) return false;
    throw error;
  }
}

async function makeBacking({ name, knownUuid, backing }: BackedSettings, host: Host) {
  const { file, thin } = backing;
  if (knownUuid !== undefined) {
    const message = `${file}, which holds the pool with uuid ${knownUuid}, is gone: is its disk not mounted?`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const size = backing.size ?? (await sensibleSize(file, host));
  checkBackingSize(name, size);
  const directory = dirname(file);
  await host.files.makeDirectory(directory, 0o700);
  const { availableBytes } = await host.files.usage(directory);
  if (!thin && availableBytes < size) {
    const message = `${directory} has ${formatSize(availableBytes)} free, ${file} needs ${formatSize(size)}: free some room, or make it smaller`;
    throw new VolumeError('ResourceExhausted', message);
  }
  const unfinished = `${file}.new`;
  await host.files.remove(unfinished);
  try {
    await host.images.create(unfinished, size);
    if (!thin) await host.images.allocate(unfinished, size);
    // -K: what was just allocated must stay so.
    await host.run('mkfs.xfs', ['-q', '-f', '-K', '-m', 'reflink=1,rmapbt=0', '-s', `size=${SECTOR_SIZE}`, unfinished]);
    await host.images.sync(unfinished);
    await host.files.move(unfinished, file);
  } catch (error) {
    await host.files.remove(unfinished);
    throw error;
  }
  const made = await host.files.stat(file);
  if (made === undefined) throw new VolumeError('FailedPrecondition', `${file} vanished while the pool was made`);
  return made;
}

async function attachBacking(
  { name, backing }: BackedSettings,
  host: Host,
  devices: readonly LoopDevice[],
): Promise<{ device: LoopDevice; close(): void }> {
  const present = devices.find(({ readOnly }) => !readOnly);
  if (present !== undefined) return { device: present, close: () => undefined };
  const label = `tome-pool:${name}`.slice(0, 63);
  const attached = await host.loops.attach({
    file: backing.file,
    readOnly: false,
    autoclear: true,
    directIo: true,
    sectorSize: SECTOR_SIZE,
    label,
  });
  if (!backing.thin) await host.loops.disableDiscard(attached.device.path);
  return attached;
}
