import { constants } from 'node:fs';
import { descriptor, O_CLOEXEC, openFile, type Descriptor } from './descriptor.ts';
import { systemError } from './errno.ts';
import type { LoopDevice, LoopOptions } from './host.ts';
import { LOOP_CONFIGURE, LOOP_CTL_GET_FREE } from './ioctl.ts';
import { ioctl, ioctlNumber, open } from './libc.ts';
import { loopConfig } from './loop-info.ts';
import { readOpenLoop } from './loop-scan.ts';
import { callLater, callNow, checked, type Outcome } from './system-call.ts';

interface Attached {
  readonly device: LoopDevice;
  readonly close: () => void;
}

const MOST_TRIES = 100;

/** Attaches wait for one another: two that ask for a free device at the same time would get the same one. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Binds a free loop device to the file (loop(4)). The file's own errors come as HostError; on any failure nothing stays
 * bound or open. With `autoclear` the kernel unbinds the device at its last close, so whoever dies in between leaves
 * nothing: `close` the result once the device is mounted, or to give up.
 */
export async function attachLoop(options: LoopOptions): Promise<Attached> {
  const access = options.readOnly ? constants.O_RDONLY : constants.O_RDWR;
  using file = await openFile(options.file, access, () => `attach ${options.file}`);
  const mine = turn.then(() => bindFreeDevice(file, options));
  turn = mine.catch(() => undefined);
  // Awaited here: the file must stay open until the device is bound.
  return await mine;
}

async function bindFreeDevice(file: Descriptor, options: LoopOptions): Promise<Attached> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const path = await freeDevice();
    const bound = await tryBind(path, file, options);
    if (bound !== undefined) return bound;
  }
  throw systemError('EBUSY', `attach ${options.file}: other processes took ${MOST_TRIES} free loop devices first`);
}

async function freeDevice(): Promise<string> {
  const doing = () => 'ask /dev/loop-control for a free loop device';
  using control = await openFile('/dev/loop-control', constants.O_RDWR, doing);
  return `/dev/loop${checked(callNow(ioctlNumber, control.fd, LOOP_CTL_GET_FREE, 0), doing)}`;
}

/** Undefined when another process has bound or removed the device meanwhile. */
async function tryBind(path: string, file: Descriptor, options: LoopOptions): Promise<Attached | undefined> {
  const doing = () => `attach ${options.file} to ${path}`;
  const access = options.readOnly ? constants.O_RDONLY : constants.O_RDWR;
  const opened = callNow(open, path, access | O_CLOEXEC);
  if (opened.code === 'ENXIO' || opened.code === 'EBUSY') return undefined;
  const fd = checked(opened, doing);
  const loop = descriptor(fd);
  try {
    const outcome = await configure(fd, file, options);
    if (outcome.code === 'EBUSY' || outcome.code === 'ENXIO') {
      loop.close();
      return undefined;
    }
    checked(outcome, doing);
    const device = readOpenLoop(fd, path);
    if (device === undefined) throw systemError('ENXIO', doing());
    return { device, close: loop.close };
  } catch (error) {
    loop.close();
    throw error;
  }
}

/** Without direct I/O where the filesystem refuses it. */
async function configure(fd: number, file: Descriptor, options: LoopOptions): Promise<Outcome> {
  const outcome = await callLater(ioctl, fd, LOOP_CONFIGURE, loopConfig(file.fd, options));
  if (outcome.code !== 'EINVAL' || !options.directIo) return outcome;
  return callLater(ioctl, fd, LOOP_CONFIGURE, loopConfig(file.fd, { ...options, directIo: false }));
}
