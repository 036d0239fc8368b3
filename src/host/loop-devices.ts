import { close as closeFile, constants, fsync, writeFile } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VolumeError } from '../domain/errors.ts';
import { openFile } from './descriptor.ts';
import type { LoopDevice } from './host.ts';
import { BLKGETSIZE64, LOOP_CLR_FD, LOOP_GET_STATUS64, LOOP_SET_CAPACITY, LOOP_SET_STATUS64 } from './ioctl.ts';
import { ioctl, ioctlNumber } from './libc.ts';
import { LOOP_INFO_SIZE, writeLabel } from './loop-info.ts';
import { readLoop, scanLoops } from './loop-scan.ts';
import { viaNode } from './node-fs.ts';
import { callLater, callNow, checked } from './system-call.ts';

/** The bound devices that hold this file, by device and inode: paths differ between mount namespaces. */
export async function loopsHolding(file: { device: number; inode: number }): Promise<readonly LoopDevice[]> {
  const devices = await scanLoops();
  return devices.filter(
    ({ backingDevice, backingInode }) => backingDevice === file.device && backingInode === file.inode,
  );
}

/** How long others that have a device open for a moment, udev above all, may take to close it. */
const PAUSES_MS = [1, 2, 4, 8, 16, 32, 64];

/**
 * Unbinds a loop device; one that is not bound is fine. The kernel answers 0 for a busy device and unbinds it at its
 * last close, so this looks again, and throws FailedPrecondition when the device still holds its file.
 */
export async function detachLoop(path: string): Promise<void> {
  const before = readLoop(path);
  if (before === undefined) return;
  await withDevice(path, `detach ${path}`, async (fd) => {
    const outcome = await callLater(ioctlNumber, fd, LOOP_CLR_FD, 0);
    if (outcome.code !== 'ENXIO') checked(outcome, () => `detach ${path}`);
  });
  for (const pause of PAUSES_MS) {
    if (!isHolding(path, before)) return;
    await delay(pause);
  }
  if (isHolding(path, before)) {
    throw new VolumeError(
      'FailedPrecondition',
      `${path} is still in use: unmount what is mounted from it, then try again`,
    );
  }
}

/** LOOP_SET_CAPACITY: the device takes the size its file has now. Throws HostError. */
export function refreshLoopSize(path: string): Promise<void> {
  const doing = `give ${path} the size of its file`;
  return withDevice(path, doing, async (fd) => {
    checked(await callLater(ioctlNumber, fd, LOOP_SET_CAPACITY, 0), () => doing);
  });
}

/** LOOP_SET_STATUS64 with another label of at most 63 bytes, nothing else changed. Throws HostError. */
export function setLoopLabel(path: string, label: string): Promise<void> {
  const doing = `label ${path} ${label}`;
  return withDevice(path, doing, async (fd) => {
    const info = Buffer.alloc(LOOP_INFO_SIZE);
    checked(await callLater(ioctl, fd, LOOP_GET_STATUS64, info), () => doing);
    writeLabel(info, label);
    checked(await callLater(ioctl, fd, LOOP_SET_STATUS64, info), () => doing);
  });
}

/** Bytes of a block device (BLKGETSIZE64). Throws HostError. */
export function blockDeviceSize(path: string): Promise<number> {
  const doing = `read the size of ${path}`;
  return withDevice(path, doing, (fd) => {
    const size = Buffer.alloc(8);
    checked(callNow(ioctl, fd, BLKGETSIZE64, size), () => doing);
    return Promise.resolve(Number(size.readBigUInt64LE()));
  });
}

/** fsync(2) of a block device: what was written to it is in its file, and that on its disk. Throws HostError. */
export function flushDevice(path: string): Promise<void> {
  const doing = `flush ${path}`;
  return withDevice(path, doing, (fd) =>
    viaNode(
      (done) => {
        fsync(fd, done);
      },
      () => doing,
    ),
  );
}

/** Makes the device refuse discards until `attachLoop` binds it anew: a preallocated file keeps its blocks. Throws HostError. */
export function disableDiscard(path: string): Promise<void> {
  return viaNode(
    (done) => {
      writeFile(`/sys/block/${basename(path)}/queue/discard_max_bytes`, '0', done);
    },
    () => `turn discard off for ${path}`,
  );
}

/** Closes on a worker thread: the last close of a block device writes out what is dirty, and may unbind it. */
async function withDevice<T>(path: string, doing: string, use: (fd: number) => Promise<T>): Promise<T> {
  const { fd } = await openFile(path, constants.O_RDONLY, () => doing);
  try {
    return await use(fd);
  } finally {
    await viaNode(
      (done) => {
        closeFile(fd, done);
      },
      () => doing,
    );
  }
}

function isHolding(path: string, before: LoopDevice): boolean {
  const now = readLoop(path);
  return now?.backingDevice === before.backingDevice && now.backingInode === before.backingInode;
}
