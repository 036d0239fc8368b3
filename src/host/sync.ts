import { constants, fdatasync, fsync } from 'node:fs';
import { openFile } from './descriptor.ts';
import { viaNode } from './node-fs.ts';

/** fsync(2) of a file or directory. */
export async function syncPath(path: string): Promise<void> {
  const doing = () => `sync ${path}`;
  using file = await openFile(path, constants.O_RDONLY, doing);
  await syncOpen(file.fd, doing);
}

/** fsync(2) of an open file. */
export function syncOpen(fd: number, doing: () => string): Promise<void> {
  return viaNode((done) => {
    fsync(fd, done);
  }, doing);
}

/** fdatasync(2) of an open file. */
export function syncDescriptor(fd: number): Promise<void> {
  return viaNode(
    (done) => {
      fdatasync(fd, done);
    },
    () => `sync descriptor ${fd}`,
  );
}
