import { constants, fdatasync, fsync } from 'node:fs';
import { openFile } from './descriptor.ts';
import { syncfs } from './libc.ts';
import { viaNode } from './node-fs.ts';
import { callLater, checked } from './system-call.ts';

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

/** syncfs(2): all that was written to the filesystem that has this path is on its device. */
export async function syncFilesystem(path: string): Promise<void> {
  const doing = () => `sync the filesystem of ${path}`;
  using file = await openFile(path, constants.O_RDONLY, doing);
  checked(await callLater(syncfs, file.fd), doing);
}
