import type { Access } from '../domain/access.ts';
import type { Host, LoopDevice } from '../host/host.ts';
import { mountOf, type ImageMount } from './image-mount.ts';
import { imagePath } from './layout.ts';
import { accessInLabel } from './loop-label.ts';
import type { Pool } from './pool.ts';

export interface AttachedLoop {
  readonly device: LoopDevice;
  /** `foreign` when it is not this driver that has attached it. */
  readonly access: Access | 'foreign';
}

export interface ImageUsage {
  readonly loops: readonly AttachedLoop[];
  readonly mounts: readonly ImageMount[];
}

/**
 * Who uses the image of this volume or snapshot, from what the kernel says now: loop devices are known by the file they
 * hold, mounts by the device they are of. Empty when there is no image.
 */
export async function imageUsage(pool: Pick<Pool, 'path' | 'host' | 'uuid'>, id: string): Promise<ImageUsage> {
  const holding = await loopsOf(imagePath(pool, id), pool.host);
  if (holding.length === 0) return { loops: [], mounts: [] };

  const loops = holding.map((device) => ({
    device,
    access: accessInLabel(device.label, pool, id) ?? ('foreign' as const),
  }));
  const mounts = (await pool.host.mounts.list()).flatMap((mount) =>
    holding.flatMap((device) => mountOf(device, mount) ?? []),
  );
  return { loops, mounts };
}

/** Most images that are asked about are idle: that the kernel tells at once, however many devices there are. */
async function loopsOf(path: string, { files, loops }: Host): Promise<readonly LoopDevice[]> {
  if (!(await files.isOpen(path))) return [];
  const image = await files.stat(path);
  return image === undefined ? [] : loops.holding(image);
}
