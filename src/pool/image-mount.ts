import { basename, normalize } from 'node:path';
import type { LoopDevice, Mount } from '../host/host.ts';

/** A place where an image shows: the filesystem in it, or its device. */
export interface ImageMount {
  readonly target: string;
  readonly device: LoopDevice;
  /** Read-only at this place; the filesystem may be written through another. */
  readonly readOnly: boolean;
  /** `block` for a bind mount of the device itself. */
  readonly kind: 'filesystem' | 'block';
  /** What of the filesystem shows there: `/` for all of it. */
  readonly root: string;
}

/** The mount as one of this device; undefined when it is of another. */
export function mountOf(device: LoopDevice, mount: Mount): ImageMount | undefined {
  const shown = shownBy(mount);
  if (shown !== device.deviceNumber && shown !== device.path) return undefined;
  const { target, readOnly, root } = mount;
  return { target, device, readOnly, root, kind: isNode(mount) ? 'block' : 'filesystem' };
}

/**
 * What a mount shows: the number of its device, or a device's path. The path where the device itself is bound, and where
 * files have a device number of no block device (major 0), as btrfs and most programs that serve a filesystem do.
 */
export function shownBy(mount: Mount): number | string {
  if (isNode(mount)) return nodePath(mount);
  return isAnonymous(mount) && !isUsers(mount) ? mount.source : mount.deviceNumber;
}

function isAnonymous({ deviceNumber }: Mount): boolean {
  return (deviceNumber & 0xfff00) === 0;
}

/** fusermount(1) mounts for anybody, with whatever source he says; root's mounts have `user_id=0`. */
function isUsers({ superOptions }: Mount): boolean {
  return superOptions.some((option) => option.startsWith('user_id=') && option !== 'user_id=0');
}

/** The loop device that a mount names, without a look at it: its number says more. Undefined for anything else. */
export function devicePathOf(mount: Mount): string | undefined {
  if (isNode(mount)) return nodePath(mount);
  if (isUsers(mount)) return undefined;
  const source = normalize(mount.source);
  return /^\/dev\/loop\d+$/.test(source) ? source : undefined;
}

/** A bind mount of `/dev/loop3` shows as the part `/loop3` of the filesystem that /dev is. */
function isNode({ fsType, root }: Mount): boolean {
  return (fsType === 'devtmpfs' || fsType === 'tmpfs') && /\/loop\d+$/.test(root);
}

function nodePath({ root }: Mount): string {
  return `/dev/${basename(root)}`;
}
