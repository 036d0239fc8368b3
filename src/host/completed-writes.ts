import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fromNode } from './errno.ts';

/** Of the kernel's Documentation/block/stat.rst, counted from 0. */
const WRITES = 4;
const DISCARDS = 11;

/**
 * How many writes and discards a block device has completed since it is there; it waits for no disk. The same number as
 * before: nothing that its users know to be written has been added. Throws HostError.
 */
export function completedWrites(path: string): Promise<number> {
  const file = `/sys/class/block/${basename(path)}/stat`;
  try {
    const fields = readFileSync(file, 'utf8').trim().split(/ +/).map(Number);
    return Promise.resolve((fields[WRITES] ?? NaN) + (fields[DISCARDS] ?? NaN));
  } catch (error) {
    return Promise.reject(fromNode(error, `read ${file}`));
  }
}
