import type { Access } from '../domain/access.ts';
import type { LoopDevice, Mount } from '../host/host.ts';
import { imagePath } from './layout.ts';
import { accessInLabel } from './loop-label.ts';
import type { Pool } from './pool.ts';

export interface AttachedLoop {
  readonly device: LoopDevice;
  /** `foreign` when it is not this driver that has attached it. */
  readonly access: Access | 'foreign';
}

export interface ImageMount {
  readonly target: string;
  readonly device: LoopDevice;
  /** Read-only at this place; the filesystem may be written through another. */
  readonly readOnly: boolean;
  /** `block` for a bind mount of the device itself. */
  readonly kind: 'filesystem' | 'block';
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
  const image = await pool.host.files.stat(imagePath(pool, id));
  const holding = image === undefined ? [] : await pool.host.loops.holding(image);
  if (holding.length === 0) return { loops: [], mounts: [] };

  const loops = holding.map((device) => ({
    device,
    access: accessInLabel(device.label, pool, id) ?? ('foreign' as const),
  }));
  const mounts = (await pool.host.mounts.list()).flatMap((mount) => imageMount(mount, holding) ?? []);
  return { loops, mounts };
}

function imageMount(mount: Mount, devices: readonly LoopDevice[]): ImageMount | undefined {
  const { target, readOnly } = mount;
  const mounted = devices.find((device) => isFilesystemOn(mount, device));
  if (mounted !== undefined) return { target, readOnly, device: mounted, kind: 'filesystem' };
  const bound = devices.find((device) => isNodeOf(mount, device));
  if (bound !== undefined) return { target, readOnly, device: bound, kind: 'block' };
  return undefined;
}

/** Files on btrfs have a device number of no block device, so there the source has to do. */
function isFilesystemOn(mount: Mount, device: LoopDevice): boolean {
  if (mount.fsType === 'btrfs') return mount.source === device.path;
  return mount.deviceNumber === device.deviceNumber;
}

/** A bind mount of `/dev/loop3` shows as the part `/loop3` of the filesystem that /dev is. */
function isNodeOf(mount: Mount, device: LoopDevice): boolean {
  const isDeviceFilesystem = mount.fsType === 'devtmpfs' || mount.fsType === 'tmpfs';
  return isDeviceFilesystem && mount.root.endsWith(`/loop${device.number}`);
}
