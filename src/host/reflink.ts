import { constants, unlink } from 'node:fs';
import { join } from 'node:path';
import { openFile } from './descriptor.ts';
import { remove } from './directories.ts';
import { isHostError } from './host-error.ts';
import { createImage, writeBlock } from './images.ts';
import { FICLONE } from './ioctl.ts';
import { ioctlNumber } from './libc.ts';
import { viaNode } from './node-fs.ts';
import { callLater, checked } from './system-call.ts';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/**
 * Makes `target`, a new file that shares its blocks with `source` (ioctl_ficlone(2)); the kernel writes the source's
 * dirty pages first. Leaves no file behind when it fails. Throws HostError EEXIST; EOPNOTSUPP where the filesystem
 * cannot, EXDEV between two.
 */
export async function reflink(source: string, target: string): Promise<void> {
  const doing = () => `copy ${source} to ${target} by reflink`;
  using from = await openFile(source, constants.O_RDONLY, doing);
  using to = await openFile(target, NEW_FILE, doing);
  try {
    checked(await callLater(ioctlNumber, to.fd, FICLONE, from.fd), doing);
  } catch (error) {
    await viaNode((done) => {
      unlink(target, done);
    }, doing);
    throw error;
  }
}

/** Whether `reflink` works in this directory: tried with two small files. Throws HostError when files cannot be made. */
export async function canReflink(directory: string): Promise<boolean> {
  const source = join(directory, `.reflink-${process.pid}-source`);
  const target = join(directory, `.reflink-${process.pid}-target`);
  await Promise.all([remove(source), remove(target)]);
  try {
    await createImage(source, 0);
    await writeBlock(source, 0, Buffer.alloc(4096, 1));
    await reflink(source, target);
    return true;
  } catch (error) {
    if (isHostError(error, 'EOPNOTSUPP', 'ENOTTY', 'EINVAL', 'ENOSYS', 'EXDEV')) return false;
    throw error;
  } finally {
    await Promise.all([remove(source), remove(target)]);
  }
}
