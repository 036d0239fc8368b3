import { constants } from 'node:fs';
import { descriptor, O_PATH, tryOpen } from './descriptor.ts';
import type { FileStat, FilesystemUsage } from './host.ts';
import { statfs } from './libc.ts';
import { lookAt } from './look-at.ts';
import { callLater, checked } from './system-call.ts';

/** lstat(2): undefined when there is nothing. What the kernel has cached is looked at in place. Throws HostError. */
export async function stat(path: string): Promise<FileStat | undefined> {
  const opened = await tryOpen(path, O_PATH | constants.O_NOFOLLOW);
  if (opened.code === 'ENOENT') return undefined;
  const doing = () => `look at ${path}`;
  using file = descriptor(checked(opened, doing));
  // A filesystem that has shut down opens a path, but has nothing to say of it.
  const { mode, size, allocated, device, inode, deviceNumber } = await lookAt(file, doing);
  return { kind: kindOf(mode), size, allocated, device, inode, deviceNumber };
}

/** statfs(2), by libc: node:fs leaves the flags out. Throws HostError. */
export async function usage(path: string): Promise<FilesystemUsage> {
  const buffer = Buffer.alloc(120);
  checked(await callLater(statfs, path, buffer), () => `read the usage of ${path}`);
  // struct statfs, the same on all 64-bit architectures but s390.
  const word = (index: number) => Number(buffer.readBigUInt64LE(index * 8));
  const blockSize = word(9) || word(1);
  return {
    type: word(0),
    totalBytes: word(2) * blockSize,
    freeBytes: word(3) * blockSize,
    availableBytes: word(4) * blockSize,
    totalInodes: word(5),
    freeInodes: word(6),
    readOnly: (word(10) & ST_RDONLY) !== 0,
  };
}

const ST_RDONLY = 1;

const KINDS: ReadonlyMap<number, FileStat['kind']> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'directory'],
  [constants.S_IFBLK, 'block'],
  [constants.S_IFLNK, 'symlink'],
]);

function kindOf(mode: number): FileStat['kind'] {
  return KINDS.get(mode & constants.S_IFMT) ?? 'other';
}
