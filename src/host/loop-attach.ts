import { constants, readFileSync } from 'node:fs';
import { descriptor, O_CLOEXEC, openFile, type Descriptor } from './descriptor.ts';
import { systemError } from './errno.ts';
import type { LoopDevice, LoopOptions } from './host.ts';
import { LOOP_CONFIGURE, LOOP_CTL_ADD, LOOP_CTL_GET_FREE, LOOP_CTL_REMOVE } from './ioctl.ts';
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
    const path = await freeDevice(options.fresh === true);
    const bound = await tryBind(path, file, options);
    if (bound !== undefined) return bound;
  }
  throw systemError('EBUSY', `attach ${options.file}: other processes took ${MOST_TRIES} free loop devices first`);
}

async function freeDevice(fresh: boolean): Promise<string> {
  const doing = () => 'ask /dev/loop-control for a free loop device';
  using control = await openFile('/dev/loop-control', constants.O_RDWR, doing);
  const free = checked(callNow(ioctlNumber, control.fd, LOOP_CTL_GET_FREE, 0), doing);
  return `/dev/loop${fresh || refusesDiscard(free) ? await replaceDevice(control.fd, free) : free}`;
}

/**
 * A device keeps what `disableDiscard` has set when it is unbound, and the kernel (6.18) then takes no other value: its
 * next file would never get a block back.
 */
function refusesDiscard(number: number): boolean {
  try {
    return readFileSync(`/sys/block/loop${number}/queue/discard_max_bytes`, 'utf8').trim() === '0';
  } catch {
    // Removed meanwhile: binding it finds that out as well.
    return false;
  }
}

/** The number of a device that is new. The old one goes, unless somebody has just opened it. */
async function replaceDevice(control: number, number: number): Promise<number> {
  const removed = await callLater(ioctlNumber, control, LOOP_CTL_REMOVE, number);
  if (!['EBUSY', 'ENODEV'].includes(removed.code)) checked(removed, () => `remove /dev/loop${number}`);
  return checked(await callLater(ioctlNumber, control, LOOP_CTL_ADD, -1), () => 'add a loop device');
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
