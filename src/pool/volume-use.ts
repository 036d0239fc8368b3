import { basename, dirname } from 'node:path';
import type { LoopDevice } from '../host/host.ts';
import { mountPointOf } from './directory-volume.ts';
import { shownBy } from './image-mount.ts';
import { imageUsage } from './image-usage.ts';
import { imagePath, isVolumeId } from './layout.ts';
import { volumeInLabel } from './loop-label.ts';
import type { Pool } from './pool.ts';

/** How this node uses a volume now, by what the kernel has. Devices that the driver did not attach do not count. */
export interface VolumeUse {
  /** Staged or published: the filesystem, or the device of a block volume, is mounted somewhere on this node. */
  readonly mounted: boolean;
  /** Every device that is mounted is read-only. False when nothing is mounted. */
  readonly readOnly: boolean;
}

export const UNUSED: VolumeUse = { mounted: false, readOnly: false };

/** An idle volume costs no look at the loop devices. One that is not there is not mounted. Takes no lock. */
export async function volumeUse(pool: Pool, id: string): Promise<VolumeUse> {
  const { loops, mounts } = await imageUsage(pool, id);
  const directory = loops.length > 0 ? undefined : await pool.host.mounts.find(mountPointOf(pool, id));
  if (directory !== undefined) return { mounted: true, readOnly: directory.readOnly };
  const mounted = new Set(mounts.map(({ device }) => device.path));
  const ours = loops.filter(({ access, device }) => access !== 'foreign' && mounted.has(device.path));
  return useOf(ours.map(({ device }) => device));
}

/**
 * All volumes of the pool that are mounted, ephemeral ones too; what is not in the map is not. One look at the loop
 * devices, one at the mounts, and one at the image of each volume that is attached. Takes no lock.
 */
export async function volumeUses(pool: Pool): Promise<ReadonlyMap<string, VolumeUse>> {
  const [loops, mounts] = await Promise.all([pool.host.loops.list(), pool.host.mounts.list()]);
  const shown = new Set(mounts.map(shownBy));
  const mounted = loops.filter(({ deviceNumber, path }) => shown.has(deviceNumber) || shown.has(path));
  const uses = new Map<string, VolumeUse>();
  for (const { target, readOnly } of mounts) {
    const id = basename(target);
    if (dirname(target) === pool.mountsDirectory && pool.ledger.has(id)) uses.set(id, { mounted: true, readOnly });
  }
  for (const [id, devices] of Map.groupBy(mounted, ({ label }) => volumeInLabel(label, pool))) {
    if (id === undefined || !isVolumeId(id)) continue;
    const use = useOf(await holding(pool, id, devices));
    if (use.mounted) uses.set(id, use);
  }
  return uses;
}

/** A volume that was deleted and made again has the same label and another image. */
async function holding(pool: Pool, id: string, devices: readonly LoopDevice[]): Promise<readonly LoopDevice[]> {
  const image = await pool.host.files.stat(imagePath(pool, id));
  return devices.filter(
    ({ backingDevice, backingInode }) => backingDevice === image?.device && backingInode === image.inode,
  );
}

function useOf(devices: readonly LoopDevice[]): VolumeUse {
  if (devices.length === 0) return UNUSED;
  return { mounted: true, readOnly: devices.every(({ readOnly }) => readOnly) };
}
