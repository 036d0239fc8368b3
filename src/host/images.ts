import { constants, fstat, ftruncate, write, type Stats } from 'node:fs';
import { openFile, type Descriptor } from './descriptor.ts';
import { systemError } from './errno.ts';
import { fallocate } from './libc.ts';
import { viaNode } from './node-fs.ts';
import { readAt } from './read-at.ts';
import { callLater, checked } from './system-call.ts';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
const FALLOC_FL_UNSHARE_RANGE = 0x40;

/** A new sparse file of `size` bytes, for its owner alone. Throws HostError EEXIST when there is one. */
export async function createImage(path: string, size: number): Promise<void> {
  using file = await openFile(path, NEW_FILE, () => `create ${path}`);
  await truncate(file, path, size);
}

/** ftruncate(2) to `size` bytes. Throws HostError. */
export async function resizeImage(path: string, size: number): Promise<void> {
  using file = await openFile(path, constants.O_WRONLY, () => `resize ${path}`);
  await truncate(file, path, size);
}

/**
 * Gives every one of the first `size` bytes its place on disk, and lengthens the file to that; blocks shared with a copy
 * become its own where the filesystem shares (fallocate(2)). Safe to repeat. Throws ResourceExhausted.
 */
export async function allocateImage(path: string, size: number): Promise<void> {
  const doing = () => `allocate ${size} bytes for ${path}`;
  using file = await openFile(path, constants.O_WRONLY, doing);
  const unshared = await callLater(fallocate, file.fd, FALLOC_FL_UNSHARE_RANGE, 0, size);
  if (unshared.code === 'EOPNOTSUPP') checked(await callLater(fallocate, file.fd, 0, 0, size), doing);
  else checked(unshared, doing);
}

/** `length` bytes from `offset`, fewer at the end of the file. Throws HostError. */
export async function readBlock(path: string, offset: number, length: number): Promise<Buffer> {
  using file = await openFile(path, constants.O_RDONLY, () => `read ${path}`);
  return await readAt(file, path, Buffer.alloc(length), offset);
}

/** Writes all of `data` at `offset`. Does not sync. Throws HostError. */
export async function writeBlock(path: string, offset: number, data: Buffer): Promise<void> {
  using file = await openFile(path, constants.O_WRONLY, () => `write ${path}`);
  await writeAt(file, path, data, offset);
}

/** Writes the whole buffer at `offset`. */
export async function writeAt(file: Descriptor, path: string, data: Buffer, offset: number): Promise<void> {
  let done = 0;
  while (done < data.length) {
    const count = await viaNode<number>(
      (answer) => {
        write(file.fd, data, done, data.length - done, offset + done, answer);
      },
      () => `write ${path}`,
    );
    if (count === 0) throw systemError('EIO', `write ${path}: nothing was written`);
    done += count;
  }
}

/** fstat(2) on a worker thread. */
export function statOpen(file: Descriptor, path: string): Promise<Stats> {
  return viaNode<Stats>(
    (done) => {
      fstat(file.fd, done);
    },
    () => `look at ${path}`,
  );
}

function truncate(file: Descriptor, path: string, size: number): Promise<void> {
  return viaNode(
    (done) => {
      ftruncate(file.fd, size, done);
    },
    () => `set the size of ${path} to ${size} bytes`,
  );
}
