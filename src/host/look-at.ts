import type { Descriptor } from './descriptor.ts';
import { statx } from './libc.ts';
import { callLater, callNow, checked } from './system-call.ts';

/** What statx(2) says of an open file. Numbers of devices as in st_dev. */
export interface Look {
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  readonly inode: number;
  readonly size: number;
  /** Bytes on disk. */
  readonly allocated: number;
  readonly device: number;
  /** Of a device node, which device it is. */
  readonly deviceNumber: number;
}

const AT_EMPTY_PATH = 0x1000;
const AT_STATX_DONT_SYNC = 0x4000;
const STATX_BASIC_STATS = 0x7ff;
const STATX_ATTR_IMMUTABLE = 0x10;
const SECTOR = 512;

/**
 * fstat(2). Filesystems of this machine answer in place. One that a program or another machine serves may never answer,
 * and would hold up all of this process: it is asked by a worker thread. They are told apart by what is known without
 * asking: the others have the attributes of chattr(1). Throws HostError; `doing` says what for.
 */
export async function lookAt({ fd }: Pick<Descriptor, 'fd'>, doing: () => string): Promise<Look> {
  const buffer = Buffer.alloc(256);
  const known = callNow(statx, fd, '', AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, buffer);
  const isLocal = (buffer.readUInt32LE(56) & STATX_ATTR_IMMUTABLE) !== 0;
  checked(isLocal ? known : await callLater(statx, fd, '', AT_EMPTY_PATH, STATX_BASIC_STATS, buffer), doing);
  return {
    mode: buffer.readUInt16LE(28),
    links: buffer.readUInt32LE(16),
    uid: buffer.readUInt32LE(20),
    gid: buffer.readUInt32LE(24),
    inode: Number(buffer.readBigUInt64LE(32)),
    size: Number(buffer.readBigUInt64LE(40)),
    allocated: Number(buffer.readBigUInt64LE(48)) * SECTOR,
    device: deviceAt(buffer, 136),
    deviceNumber: deviceAt(buffer, 128),
  };
}

function deviceAt(buffer: Buffer, offset: number): number {
  const major = buffer.readUInt32LE(offset);
  const minor = buffer.readUInt32LE(offset + 4);
  return (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x100000;
}
