import { readFileSync } from 'node:fs';
import type { LoopDevice } from '../../src/host/host.ts';

/** The path of the file a loop device holds, as the kernel knows it; undefined when it is bound no more. */
export function backingFile(loop: LoopDevice): string | undefined {
  try {
    return readFileSync(`/sys/block/loop${loop.number}/loop/backing_file`, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}
