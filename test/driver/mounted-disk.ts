import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { mountImage } from '../support/xfs.ts';

const host = linuxHost();
const MKFS = { xfs: ['-q', '-K', '-m', 'reflink=1'], ext4: ['-q', '-F'] } as const;

/** A disk of its own below `directory`, mounted; the cleanup of the temporary directory takes it off again. */
export async function mountedDisk(directory: string, fsType: keyof typeof MKFS, bytes: number): Promise<string> {
  const file = join(directory, `${fsType}.img`);
  const target = join(directory, fsType);
  await host.images.create(file, bytes);
  await host.run(`mkfs.${fsType}`, [...MKFS[fsType], file]);
  await mkdir(target);
  await mountImage(file, { target, fsType });
  return target;
}
