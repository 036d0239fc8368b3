import { constants, ftruncate } from 'node:fs';
import { openFile, type Descriptor } from './descriptor.ts';
import type { CopyOptions } from './host.ts';
import { statOpen, writeAt } from './images.ts';
import { readAt } from './read-at.ts';
import { lseek } from './libc.ts';
import { viaNode } from './node-fs.ts';
import { syncOpen } from './sync.ts';
import { callLater, checked } from './system-call.ts';

const CHUNK = 2 * 1024 * 1024;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/**
 * Copies the data of `source` into a new file and leaves its holes holes, then syncs. `onProgress` gets the position
 * reached and the size, in bytes. Throws the signal's reason between two chunks once it is aborted, HostError EEXIST
 * when `target` is there; what was copied until then stays for the caller to remove.
 */
export async function copySparse(source: string, target: string, { onProgress, signal }: CopyOptions): Promise<void> {
  const doing = () => `copy ${source} to ${target}`;
  signal?.throwIfAborted();
  using from = await openFile(source, constants.O_RDONLY, doing);
  using to = await openFile(target, NEW_FILE, doing);
  const { size } = await statOpen(from, source);
  await viaNode((done) => {
    ftruncate(to.fd, size, done);
  }, doing);

  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  for (let position = 0; position < size;) {
    const data = await nextData(from, position, size, doing);
    for (position = data.start; position < data.end;) {
      signal?.throwIfAborted();
      const chunk = buffer.subarray(0, Math.min(CHUNK, data.end - position));
      const filled = await readAt(from, source, chunk, position);
      // A source that shrinks while it is read has no more to give.
      if (filled.length === 0) break;
      await writeAt(to, target, filled, position);
      position += filled.length;
      onProgress?.(position, size);
    }
    position = data.end;
  }
  signal?.throwIfAborted();
  await syncOpen(to.fd, doing);
  onProgress?.(size, size);
}

/** The next stretch of data at or after `position`, empty at the end of the file (lseek(2)). */
async function nextData(
  file: Descriptor,
  position: number,
  size: number,
  doing: () => string,
): Promise<{ start: number; end: number }> {
  const found = await callLater(lseek, file.fd, position, SEEK_DATA);
  if (found.code === 'ENXIO') return { start: size, end: size };
  const start = checked(found, doing);
  const end = checked(await callLater(lseek, file.fd, start, SEEK_HOLE), doing);
  return { start: Math.min(start, size), end: Math.min(end, size) };
}
