import type { LoopDevice, LoopOptions } from './host.ts';

/** struct loop_info64 and struct loop_config of linux/loop.h. */
export const LOOP_INFO_SIZE = 232;
const LOOP_CONFIG_SIZE = 304;
const CONFIG_BLOCK_SIZE = 4;
const CONFIG_INFO = 8;
const DEVICE = 0;
const INODE = 8;
const NUMBER = 40;
const FLAGS = 52;
const FILE_NAME = 56;
const FILE_NAME_SIZE = 64;

const READ_ONLY = 1;
const AUTOCLEAR = 4;
const DIRECT_IO = 16;

/** What LOOP_GET_STATUS64 filled in. lo_device has the bits of st_dev: both are the kernel's new_encode_dev. */
export function parseLoopInfo(info: Buffer, deviceNumber: number): LoopDevice {
  const number = info.readUInt32LE(NUMBER);
  const flags = info.readUInt32LE(FLAGS);
  return {
    path: `/dev/loop${number}`,
    number,
    deviceNumber,
    backingDevice: Number(info.readBigUInt64LE(DEVICE)),
    backingInode: Number(info.readBigUInt64LE(INODE)),
    readOnly: (flags & READ_ONLY) !== 0,
    autoclear: (flags & AUTOCLEAR) !== 0,
    label: readLabel(info),
  };
}

/** What LOOP_CONFIGURE wants. Block size 0 is the kernel's choice: 512 bytes, or what direct I/O on the file needs. */
export function loopConfig(fd: number, { readOnly, autoclear, directIo, sectorSize = 0, label }: LoopOptions): Buffer {
  const config = Buffer.alloc(LOOP_CONFIG_SIZE);
  config.writeUInt32LE(fd, 0);
  config.writeUInt32LE(sectorSize, CONFIG_BLOCK_SIZE);
  const info = config.subarray(CONFIG_INFO, CONFIG_INFO + LOOP_INFO_SIZE);
  info.writeUInt32LE((readOnly ? READ_ONLY : 0) | (autoclear ? AUTOCLEAR : 0) | (directIo ? DIRECT_IO : 0), FLAGS);
  writeLabel(info, label);
  return config;
}

/** Puts the label, at most 63 bytes of UTF-8, where the kernel keeps the file's name. */
export function writeLabel(info: Buffer, label: string): void {
  if (Buffer.byteLength(label) >= FILE_NAME_SIZE) throw new RangeError(`the label "${label}" is longer than 63 bytes`);
  info.fill(0, FILE_NAME, FILE_NAME + FILE_NAME_SIZE);
  info.write(label, FILE_NAME);
}

function readLabel(info: Buffer): string {
  const end = info.indexOf(0, FILE_NAME);
  return info.toString('utf8', FILE_NAME, Math.min(end === -1 ? info.length : end, FILE_NAME + FILE_NAME_SIZE));
}
