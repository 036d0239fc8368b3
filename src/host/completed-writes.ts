import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fromNode } from './errno.ts';

/**
 * Sectors, of the kernel's Documentation/block/stat.rst, counted from 0. They are counted before a write is answered; how
 * many requests there were only after that.
 */
const WRITTEN = 6;
const DISCARDED = 13;

/**
 * How many sectors of a block device were written and discarded since it is there; it waits for no disk. The same number as
 * before: nothing that its users know to be written has been added. Throws HostError.
 */
export function completedWrites(path: string): Promise<number> {
  const file = `/sys/class/block/${basename(path)}/stat`;
  try {
    const fields = readFileSync(file, 'utf8').trim().split(/ +/).map(Number);
    return Promise.resolve((fields[WRITTEN] ?? NaN) + (fields[DISCARDED] ?? NaN));
  } catch (error) {
    return Promise.reject(fromNode(error, `read ${file}`));
  }
}
