import { lstat, opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Stats } from 'node:fs';

export interface Measure {
  /** Bytes that a copy takes, whole blocks of 4 KiB. */
  readonly bytes: number;
  /** Files, directories and whatever else takes an inode. */
  readonly files: number;
}

const BLOCK = 4096;

/** What is at a path and below it. Holes, and further names of one file, take nothing. Throws what the kernel says. */
export async function measureTree(root: string, signal: AbortSignal): Promise<Measure> {
  const seen = new Set<string>();
  let bytes = 0;
  let files = 0;
  const add = (found: Stats): void => {
    const key = `${found.dev}:${found.ino}`;
    if (found.nlink > 1 && !found.isDirectory()) {
      if (seen.has(key)) return;
      seen.add(key);
    }
    files += 1;
    const held = found.isFile() ? Math.min(found.size, found.blocks * 512) : found.isDirectory() ? BLOCK : 0;
    bytes += Math.ceil(held / BLOCK) * BLOCK;
  };
  const below = async (directory: string): Promise<void> => {
    signal.throwIfAborted();
    for await (const entry of await opendir(directory)) {
      const place = path.join(directory, entry.name);
      add(await lstat(place));
      if (entry.isDirectory()) await below(place);
    }
  };
  const found = await stat(root);
  add(found);
  if (found.isDirectory()) await below(root);
  return { bytes, files };
}
