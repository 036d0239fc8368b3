import { constants, fstatSync, readFileSync } from 'node:fs';
import { fromNode } from './errno.ts';
import { descriptor, O_CLOEXEC } from './descriptor.ts';
import type { LoopDevice } from './host.ts';
import { LOOP_GET_STATUS64 } from './ioctl.ts';
import { ioctl, open } from './libc.ts';
import { LOOP_INFO_SIZE, parseLoopInfo } from './loop-info.ts';
import { callNow, checked } from './system-call.ts';

/** Not there, bound to nothing, just being cleared by its last close, or no loop device. */
const UNBOUND = ['ENXIO', 'ENOENT', 'ENODEV', 'ENOTTY'];

let due: Promise<readonly LoopDevice[]> | undefined;

/**
 * Every bound loop device that has a size. A scan costs about 8 microseconds a device, waits for no disk, and runs in one piece: an
 * open descriptor delays the kernel's autoclear. Callers that come before it starts share it, later ones do not.
 */
export function scanLoops(): Promise<readonly LoopDevice[]> {
  due ??= new Promise((resolve, reject) => {
    setImmediate(() => {
      due = undefined;
      try {
        resolve(scan());
      } catch (error) {
        reject(fromNode(error, 'list the loop devices'));
      }
    });
  });
  return due;
}

/** One device as it is now; undefined when it is not bound. Throws HostError. */
export function readLoop(path: string): LoopDevice | undefined {
  const opened = callNow(open, path, constants.O_RDONLY | O_CLOEXEC);
  if (UNBOUND.includes(opened.code)) return undefined;
  checked(opened, () => `open ${path}`);
  using device = descriptor(opened.result);
  return readOpenLoop(device.fd, path);
}

/** As `readLoop`, of an open device. */
export function readOpenLoop(fd: number, path: string): LoopDevice | undefined {
  const info = Buffer.alloc(LOOP_INFO_SIZE);
  const status = callNow(ioctl, fd, LOOP_GET_STATUS64, info);
  if (UNBOUND.includes(status.code)) return undefined;
  checked(status, () => `read the status of ${path}`);
  return parseLoopInfo(info, fstatSync(fd).rdev);
}

function scan(): readonly LoopDevice[] {
  const found: LoopDevice[] = [];
  // Lists what has a size, and so no device that is free: after a busy hour there may be hundreds of those.
  for (const [, name] of readFileSync('/proc/partitions', 'utf8').matchAll(/ (loop\d+)$/gm)) {
    const device = readLoop(`/dev/${name ?? ''}`);
    if (device !== undefined) found.push(device);
  }
  return found;
}
