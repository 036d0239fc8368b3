import { basename, normalize } from 'node:path';
import type { LoopDevice, Mount } from '../../host/host.ts';
import type { ImageMount } from '../../pool/image-usage.ts';

/** The loop device that a mount is of, or that is bound there; undefined when it is of anything else. */
export function devicePathOf(mount: Mount): string | undefined {
  if (isNode(mount)) return `/dev/${basename(mount.root)}`;
  const source = normalize(mount.source);
  return /^\/dev\/loop\d+$/.test(source) ? source : undefined;
}

/** The mount as one of this device; undefined when it is of another. */
export function mountOf(device: LoopDevice, mount: Mount): ImageMount | undefined {
  const { target, readOnly } = mount;
  if (isNode(mount)) {
    const isBound = devicePathOf(mount) === device.path;
    return isBound ? { target, device, readOnly, kind: 'block' } : undefined;
  }
  // Files on btrfs have a device number of no block device; there the source has to do.
  const isMounted = mount.deviceNumber === device.deviceNumber || mount.source === device.path;
  return isMounted ? { target, device, readOnly, kind: 'filesystem' } : undefined;
}

/** A bind mount of `/dev/loop3` shows as the part `/loop3` of the filesystem that /dev is. */
function isNode({ fsType, root }: Mount): boolean {
  return (fsType === 'devtmpfs' || fsType === 'tmpfs') && /\/loop\d+$/.test(root);
}
