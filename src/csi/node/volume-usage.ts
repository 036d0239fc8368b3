import type { Access } from '../../domain/access.ts';
import { isId } from '../../domain/ids.ts';
import type { Host, LoopDevice, Mount } from '../../host/host.ts';
import { imageUsage, type ImageMount, type ImageUsage } from '../../pool/image-usage.ts';
import { parseLoopLabel } from '../../pool/loop-label.ts';
import type { NodeDeps } from './deps.ts';

/**
 * What the kernel has of a volume, whether its record can be read or not: what must be unmounted does not depend on it.
 * When the image is gone too, the labels of the loop devices still name the volume.
 */
export async function volumeUsage({ pools, host }: NodeDeps, id: string): Promise<ImageUsage> {
  if (!isId(id)) return { loops: [], mounts: [] };
  for (const pool of pools.all()) {
    const usage = await imageUsage(pool, id);
    if (usage.loops.length > 0) return usage;
  }
  return usageByLabel(host, id);
}

/** How the volume is held: by what is mounted. A read-write device decides, whatever else reads beside it. */
export function heldAccess({ loops, mounts }: ImageUsage): Access | undefined {
  const mounted = loops.filter(({ device }) => mounts.some((mount) => mount.device.path === device.path));
  const held = mounted.map(({ access }) => access).filter((access) => access !== 'foreign');
  return held.find((access) => access !== 'reader') ?? held[0];
}

/** The access of the device that a mount is of; undefined when it was not this driver that attached it. */
export function accessOfMount({ loops }: ImageUsage, { device }: ImageMount): Access | undefined {
  const access = loops.find((loop) => loop.device.path === device.path)?.access;
  return access === 'foreign' ? undefined : access;
}

async function usageByLabel(host: Host, id: string): Promise<ImageUsage> {
  const loops = (await host.loops.list()).flatMap((device) => {
    const label = parseLoopLabel(device.label);
    return label?.id === id ? [{ device, access: label.access }] : [];
  });
  if (loops.length === 0) return { loops, mounts: [] };
  const mounts = (await host.mounts.list()).flatMap((mount) => {
    const device = loops.map((loop) => loop.device).find((candidate) => isOf(mount, candidate));
    if (device === undefined) return [];
    const kind = isNode(mount, device) ? ('block' as const) : ('filesystem' as const);
    return [{ target: mount.target, device, readOnly: mount.readOnly, kind }];
  });
  return { loops, mounts };
}

function isOf(mount: Mount, device: LoopDevice): boolean {
  return mount.deviceNumber === device.deviceNumber || mount.source === device.path || isNode(mount, device);
}

function isNode({ fsType, root }: Mount, { number }: LoopDevice): boolean {
  return (fsType === 'devtmpfs' || fsType === 'tmpfs') && root.endsWith(`/loop${number}`);
}
