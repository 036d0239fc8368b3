import type { Access } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { LoopDevice } from '../../host/host.ts';
import { devicePathOf, mountOf, type ImageMount } from '../../pool/image-mount.ts';
import { imageUsage, type ImageUsage } from '../../pool/image-usage.ts';
import { accessInLabel, isLabelOf } from '../../pool/loop-label.ts';
import type { NodeDeps } from './deps.ts';
import type { Holding } from './holding.ts';

/**
 * What the kernel has of a volume, whether its record can be read or not: what must be unmounted does not depend on it.
 * When the image is gone too, the labels of the loop devices still name the volume. `id` is of our making.
 */
export async function volumeUsage(deps: NodeDeps, id: string): Promise<ImageUsage> {
  for (const pool of deps.pools.all()) {
    const usage = await imageUsage(pool, id);
    if (usage.loops.length > 0) return usage;
  }
  return usageByLabel(deps, id);
}

/**
 * What is mounted at this place, when it is of the volume, and all else that is mounted from the same device. One look
 * at the mounts and one at the device: what it costs does not grow with the number of devices.
 */
export async function usageAt(deps: NodeDeps, id: string, point: string): Promise<ImageUsage> {
  const { host } = deps;
  const all = await host.mounts.list();
  const here = all.findLast(({ target }) => target === point);
  const path = here && devicePathOf(here);
  const device = path === undefined ? undefined : await host.loops.find(path);
  const access = device && accessByLabel(deps, device, id);
  if (device === undefined || access === undefined) return { loops: [], mounts: [] };
  return { loops: [{ device, access }], mounts: all.flatMap((mount) => mountOf(device, mount) ?? []) };
}

/** Where an image shows. A device node is written through whatever its mount says: there the device itself decides. */
export type ImageHolding = ImageMount & Holding;

export function imageHoldings(usage: ImageUsage): readonly ImageHolding[] {
  return usage.mounts.map((mount) => ({
    ...mount,
    access: accessOfMount(usage, mount),
    readOnly: mount.kind === 'block' ? mount.device.readOnly : mount.readOnly,
  }));
}

/** The access of the device that a mount is of; undefined when it was not this driver that attached it. */
export function accessOfMount({ loops }: ImageUsage, { device }: ImageMount): Access | undefined {
  const access = loops.find((loop) => loop.device.path === device.path)?.access;
  return access === 'foreign' ? undefined : access;
}

/**
 * Throws Unavailable when a volume of which the open pools know nothing is attached all the same, and a pool is not open:
 * it is most likely in that one, and cannot be undone now.
 */
export async function refuseInClosedPool({ pools, host }: NodeDeps, id: string): Promise<void> {
  const [problem] = pools.problems();
  if (problem === undefined) return;
  const device = (await host.loops.list()).find(({ label }) => isLabelOf(label, id));
  if (device === undefined) return;
  const [name, why] = problem;
  throw new VolumeError(
    'Unavailable',
    `volume ${id} is attached to ${device.path}, but pool ${name} is not open, try again later: ${why}`,
  );
}

async function usageByLabel(deps: NodeDeps, id: string): Promise<ImageUsage> {
  const { host } = deps;
  const loops = (await host.loops.list()).flatMap((device) => {
    const access = accessByLabel(deps, device, id);
    return access === undefined ? [] : [{ device, access }];
  });
  if (loops.length === 0) return { loops, mounts: [] };
  const all = await host.mounts.list();
  return { loops, mounts: loops.flatMap(({ device }) => all.flatMap((mount) => mountOf(device, mount) ?? [])) };
}

function accessByLabel({ pools }: NodeDeps, { label }: LoopDevice, id: string): Access | undefined {
  return pools
    .all()
    .map((pool) => accessInLabel(label, pool, id))
    .find((access) => access !== undefined);
}
