import { messageOf } from '../../domain/errors.ts';
import type { Volume } from '../../domain/volume.ts';
import { allocatedWithin } from '../../pool/directory-volume.ts';
import { inParallel } from '../../pool/in-parallel.ts';
import { readKernel, type ImageMounts, type KernelView } from '../../pool/kernel-view.ts';
import { dataPath, imagePath } from '../../pool/layout.ts';
import type { Pool } from '../../pool/pool.ts';

/** Files looked at once: enough to keep the disk busy, few enough to leave threads to other calls. */
const STATS_AT_ONCE = 16;

/** Files of directory volumes that one call looks at: a fraction of a second's work. */
const MOST_FILES = 20_000;

export interface OnDisk {
  /** Undefined where that would take long to find out. */
  readonly usedBytes: number | undefined;
  readonly mounts: ImageMounts | undefined;
  /** Why the image cannot be looked at: one broken pool must not hide the others from the list. */
  readonly problem?: string;
}

/** What is on disk of each volume; undefined where that is not in a pool that is open here. */
export async function lookOnDisk(
  volumes: readonly Volume[],
  openOf: (poolId: string) => Pool | undefined,
): Promise<readonly (OnDisk | undefined)[]> {
  const host = volumes.map(({ spec }) => openOf(spec.pool)).find((pool) => pool !== undefined)?.host;
  if (host === undefined) return [];
  const kernel = await readKernel(host);
  const images = await inParallel(volumes, STATS_AT_ONCE, async ({ id, spec }) => {
    const pool = openOf(spec.pool);
    return pool && lookAtImage(pool, id, kernel);
  });
  return lookAtDirectories(volumes, images, openOf);
}

/** What has no image, one after another, since each of them is many files. */
async function lookAtDirectories(
  volumes: readonly Volume[],
  images: readonly (OnDisk | undefined)[],
  openOf: (poolId: string) => Pool | undefined,
): Promise<readonly (OnDisk | undefined)[]> {
  const budget = { files: MOST_FILES };
  const seen: (OnDisk | undefined)[] = [];
  for (const [index, { id, spec }] of volumes.entries()) {
    const pool = openOf(spec.pool);
    const image = images[index];
    seen.push(pool !== undefined && image === undefined ? await lookAtDirectory(pool, id, budget) : image);
  }
  return seen;
}

async function lookAtDirectory(pool: Pool, id: string, budget: { files: number }): Promise<OnDisk | undefined> {
  try {
    const { files } = pool.host;
    const directory = dataPath(pool, id);
    if (budget.files < 0 || (await files.stat(directory)) === undefined) return undefined;
    return { usedBytes: await allocatedWithin(files, directory, budget), mounts: undefined };
  } catch (error) {
    return { usedBytes: undefined, mounts: undefined, problem: messageOf(error) };
  }
}

async function lookAtImage(pool: Pool, id: string, kernel: KernelView): Promise<OnDisk | undefined> {
  try {
    const image = await pool.host.files.stat(imagePath(pool, id));
    return image && { usedBytes: image.allocated, mounts: kernel.mountsOf(image) };
  } catch (error) {
    return { usedBytes: 0, mounts: undefined, problem: messageOf(error) };
  }
}
