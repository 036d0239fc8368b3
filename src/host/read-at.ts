import { read } from 'node:fs';
import type { Descriptor } from './descriptor.ts';
import { preadv2 } from './libc.ts';
import { viaNode } from './node-fs.ts';
import { callNow, checked } from './system-call.ts';

const RWF_NOWAIT = 0x08;

/** What a filesystem answers that would have to wait for its disk, or cannot tell. */
const WOULD_WAIT = ['EAGAIN', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS'];

/** Fills the buffer from `offset`; returns the part of it that the file could fill. Throws HostError. */
export async function readAt(file: Descriptor, path: string, buffer: Buffer, offset: number): Promise<Buffer> {
  let done = 0;
  while (done < buffer.length) {
    const rest = buffer.subarray(done);
    const count = readCached(file, path, rest, offset + done) ?? (await readLater(file, path, rest, offset + done));
    if (count === 0) break;
    done += count;
  }
  return buffer.subarray(0, done);
}

/** What is in the page cache is read in place (preadv2(2)), in two microseconds. Undefined when it has to wait for a disk. */
function readCached({ fd }: Descriptor, path: string, buffer: Buffer, offset: number): number | undefined {
  const outcome = callNow(preadv2, fd, [{ base: buffer, length: buffer.length }], 1, offset, RWF_NOWAIT);
  return WOULD_WAIT.includes(outcome.code) ? undefined : checked(outcome, () => `read ${path}`);
}

function readLater({ fd }: Descriptor, path: string, buffer: Buffer, offset: number): Promise<number> {
  return viaNode<number>(
    (answer) => {
      read(fd, buffer, 0, buffer.length, offset, answer);
    },
    () => `read ${path}`,
  );
}
