import { randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';

const MiB = 1024 * 1024;

/** A new file of random data, on disk when it returns. */
export async function fill(path: string, sizeMiB: number): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(MiB);
  for (let index = 0; index < sizeMiB; index += 1) await file.write(randomFillSync(block));
  await file.sync();
  await file.close();
}
