import { closeSync, constants } from 'node:fs';
import { systemError } from './errno.ts';
import { openat2, SYS } from './libc.ts';
import { callLater, callNow, type Outcome } from './system-call.ts';

/** An open file that closes at the end of its block: `using file = await openFile(...)`. */
export interface Descriptor extends Disposable {
  readonly fd: number;
  /** Closing twice is fine. */
  readonly close: () => void;
}

export interface OpenOptions {
  /** For files that are made, before the umask. */
  readonly mode?: number;
  /** RESOLVE_* of openat2(2). */
  readonly resolve?: number;
  /** Descriptor of the directory a relative path starts from. */
  readonly from?: number;
}

export const AT_FDCWD = -100;
export const O_PATH = 0o10000000;
export const O_CLOEXEC = 0o2000000;
export const RESOLVE_NO_XDEV = 0x01;
export const RESOLVE_NO_MAGICLINKS = 0x02;
export const RESOLVE_NO_SYMLINKS = 0x04;
export const RESOLVE_BENEATH = 0x08;
const RESOLVE_CACHED = 0x20;
const WRITES_NAMES = constants.O_CREAT | constants.O_TRUNC;

/**
 * open(2). What the kernel has cached opens in place, in three microseconds; only what has to be read from a disk goes
 * to a worker thread. Throws HostError; `doing` says what for.
 */
export async function openFile(
  path: string,
  flags: number,
  doing: () => string,
  options: OpenOptions = {},
): Promise<Descriptor> {
  const outcome = await tryOpen(path, flags, options);
  if (outcome.result === -1) throw systemError(outcome.code, doing());
  return descriptor(outcome.result);
}

/** As `openFile`, with the errno's name instead of an error. */
export async function tryOpen(given: string, flags: number, options: OpenOptions = {}): Promise<Outcome> {
  // The kernel follows /proc/self/fd/N only slowly, and means the same by a path that starts at that descriptor.
  const [, pinned, beyond] = /^\/proc\/self\/fd\/(\d+)\/(.+)$/s.exec(given) ?? [];
  const from = pinned === undefined ? (options.from ?? AT_FDCWD) : Number(pinned);
  const path = beyond ?? given;
  const resolve = options.resolve ?? 0;
  if ((flags & WRITES_NAMES) === 0) {
    const how = openHow(flags, 0, resolve | RESOLVE_CACHED);
    const cached = callNow(openat2, SYS.openat2, from, path, how, how.length);
    if (cached.code !== 'EAGAIN') return cached;
  }
  const how = openHow(flags, (flags & constants.O_CREAT) === 0 ? 0 : (options.mode ?? 0o600), resolve);
  return callLater(openat2, SYS.openat2, from, path, how, how.length);
}

export function descriptor(fd: number): Descriptor {
  let open = true;
  const close = () => {
    if (open) closeSync(fd);
    open = false;
  };
  return { fd, close, [Symbol.dispose]: close };
}

/** The path of an open file, whatever has become of the names that led to it. */
export function pathOf({ fd }: { fd: number }): string {
  return `/proc/self/fd/${fd}`;
}

function openHow(flags: number, mode: number, resolve: number): Buffer {
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(flags | O_CLOEXEC), 0);
  how.writeBigUInt64LE(BigInt(mode), 8);
  how.writeBigUInt64LE(BigInt(resolve), 16);
  return how;
}
