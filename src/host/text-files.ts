import { randomUUID } from 'node:crypto';
import { constants, rename, unlink, writeFile } from 'node:fs';
import { dirname, join } from 'node:path';
import { descriptor, openFile, tryOpen } from './descriptor.ts';
import { viaNode } from './node-fs.ts';
import { readAt } from './read-at.ts';
import { syncPath } from './sync.ts';
import { checked } from './system-call.ts';

/** Records and the like are far smaller than this; what is not takes more than one turn. */
const CHUNK = 8192;

/** The whole file as text, undefined when there is none. Throws HostError. */
export async function readText(path: string): Promise<string | undefined> {
  const opened = await tryOpen(path, constants.O_RDONLY);
  if (opened.code === 'ENOENT') return undefined;
  using file = descriptor(checked(opened, () => `read ${path}`));
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const chunk = await readAt(file, path, Buffer.alloc(CHUNK), offset);
    chunks.push(chunk);
    if (chunk.length < CHUNK) return Buffer.concat(chunks).toString();
    offset += CHUNK;
  }
}

/** Writes a new or existing file; it and its name are on disk then. Not atomic: for files that nobody else sees yet. Throws HostError. */
export async function writeText(path: string, text: string): Promise<void> {
  const doing = () => `write ${path}`;
  // O_SYNC: written and synced in one step.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_SYNC;
  using file = await openFile(path, flags, doing);
  const write = viaNode((done) => {
    writeFile(file.fd, text, done);
  }, doing);
  // At once: the filesystem writes its log for the two of them together.
  await Promise.all([write, syncPath(dirname(path))]);
}

/**
 * Writes beside the file and renames over it, durably: a reader, or a crash, finds the old or the new text. One writer
 * at a time: the text beside has one fixed name, so that what a crash left is overwritten by the retry.
 */
export async function replaceText(path: string, text: string): Promise<void> {
  await writeText(`${path}.new`, text);
  await move(`${path}.new`, path);
}

/**
 * rename(2), durable when it returns. Throws HostError ENOENT, ENOTEMPTY, EEXIST. The sync is of the directory that has
 * the new name: to XFS, btrfs and ext4 a rename is one transaction, which takes the old name away as well.
 */
export async function move(from: string, to: string): Promise<void> {
  await viaNode(
    (done) => {
      rename(from, to, done);
    },
    () => `rename ${from} to ${to}`,
  );
  await syncPath(dirname(to));
}

/**
 * Makes, syncs and removes a small file: throws what the kernel says when that does not work here. The name is new each
 * time, since several may ask at once.
 */
export async function checkWritable(directory: string): Promise<void> {
  const path = join(directory, `.writable-${randomUUID()}`);
  const remove = (): Promise<void> =>
    viaNode(
      (done) => {
        unlink(path, done);
      },
      () => `remove ${path}`,
    );
  try {
    await writeText(path, 'writable\n');
  } catch (error) {
    // On a full disk there may be an empty file. Why it could not be written matters more.
    await remove().catch(() => undefined);
    throw error;
  }
  await remove();
}
