import { constants, readFile, rename, unlink, writeFile } from 'node:fs';
import { join } from 'node:path';
import { openFile } from './descriptor.ts';
import { isHostError } from './host-error.ts';
import { viaNode } from './node-fs.ts';
import { syncOpen, syncParents } from './sync.ts';

/** The whole file as text, undefined when there is none. Throws HostError. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await viaNode<string>(
      (done) => {
        readFile(path, 'utf8', done);
      },
      () => `read ${path}`,
    );
  } catch (error) {
    if (isHostError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Writes a new or existing file and syncs it. Not atomic: for files that nobody else sees yet. Throws HostError. */
export async function writeText(path: string, text: string): Promise<void> {
  const doing = () => `write ${path}`;
  using file = await openFile(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, doing);
  await viaNode((done) => {
    writeFile(file.fd, text, done);
  }, doing);
  await syncOpen(file.fd, doing);
}

/**
 * Writes beside the file and renames over it, durably: a reader, or a crash, finds the old or the new text. One writer
 * at a time: the text beside has one fixed name, so that what a crash left is overwritten by the retry.
 */
export async function replaceText(path: string, text: string): Promise<void> {
  await writeText(`${path}.new`, text);
  await move(`${path}.new`, path);
}

/** rename(2), and fsync of both parents: durable when it returns. Throws HostError ENOENT, ENOTEMPTY, EEXIST. */
export async function move(from: string, to: string): Promise<void> {
  await viaNode(
    (done) => {
      rename(from, to, done);
    },
    () => `rename ${from} to ${to}`,
  );
  await syncParents(from, to);
}

/** Makes, syncs and removes a small file: throws what the kernel says when that does not work here. */
export async function checkWritable(directory: string): Promise<void> {
  const path = join(directory, `.writable-${process.pid}`);
  await writeText(path, 'writable\n');
  await viaNode(
    (done) => {
      unlink(path, done);
    },
    () => `remove ${path}`,
  );
}
