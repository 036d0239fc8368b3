import { constants, readFileSync } from 'node:fs';
import { VolumeError } from '../domain/errors.ts';
import { descriptor, O_PATH, openFile, pathOf, type Descriptor } from './descriptor.ts';
import type { BindMount } from './bind-mount.ts';
import type { Mount } from './host.ts';
import { mount, mountSetattr, moveMount, openTree, SYS, umount2 } from './libc.ts';
import { mountAttributes, mountFlags } from './mount-options.ts';
import { mountIdOf, parseMountinfo } from './mountinfo.ts';
import { callLater, callNow, checked, type Outcome } from './system-call.ts';
import { userNamespace } from './user-namespace.ts';

const HINT = 'the kernel log (dmesg) says more';
const AT_EMPTY_PATH = 0x1000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
const MOVE_MOUNT_F_EMPTY_PATH = 0x04;
const MOVE_MOUNT_T_EMPTY_PATH = 0x40;
const MOUNT_ATTR_IDMAP = 0x100000;
const UMOUNT_NOFOLLOW = 8;
const MNT_DETACH = 2;

/**
 * mount(2) of a filesystem on a directory; a symlink in the directory's place is refused (ENOTDIR). Not idempotent: look
 * with `find` first. Throws HostError.
 */
export async function mountFilesystem(what: {
  source: string;
  target: string;
  fsType: string;
  options: readonly string[];
}): Promise<void> {
  const { flags, data } = mountFlags(what.options);
  const withOptions = what.options.length === 0 ? '' : ` with ${what.options.join(',')}`;
  const doing = () => `mount ${what.source} (${what.fsType}) at ${what.target}${withOptions} (${HINT})`;
  using target = await openFile(what.target, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW, doing);
  checked(await callLater(mount, what.source, pathOf(target), what.fsType, flags, data === '' ? null : data), doing);
}

/**
 * Shows a directory or file at another place too, without the mounts below it. The new mount gets its attributes while
 * nobody can see it (mount_setattr(2)), so a read-only one is never writable, and an idmapped one never plain. Neither
 * path may end in a symlink. Takes mount-point options only, InvalidArgument otherwise. Throws HostError.
 */
export async function bindMount(what: BindMount): Promise<void> {
  const doing = () => `bind ${what.source} to ${what.target}`;
  const attributes = bindAttributes(what.readOnly, what.options ?? []);
  using source = await openFile(what.source, O_PATH | constants.O_NOFOLLOW, doing);
  using target = await openFile(what.target, O_PATH | constants.O_NOFOLLOW, doing);
  const namespace = what.mapping && (await userNamespace(what.mapping));
  // From here on there are no paths, so nothing waits for a disk. The copy closes before this returns: an open
  // descriptor of it would keep the mount busy.
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
  using copy = descriptor(checked(callNow(openTree, SYS.openTree, source.fd, '', flags), doing));
  if (namespace !== undefined) checkMapped(setAttributes(copy, idmapAttribute(namespace)), source, what);
  if (attributes !== undefined) checked(setAttributes(copy, attributes), doing);
  const move = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  checked(callNow(moveMount, SYS.moveMount, copy.fd, '', target.fd, '', move), doing);
}

/**
 * umount2(2) of the topmost mount at exactly this path, not through a symlink. Throws HostError: EBUSY, EINVAL when
 * nothing is mounted there. `lazy` takes it out of sight and leaves the rest to its last user: for dead mounts alone.
 */
export async function unmount(target: string, { lazy = false }: { lazy?: boolean } = {}): Promise<void> {
  const flags = UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0);
  checked(await callLater(umount2, target, flags), () => `unmount ${target}`);
}

function setAttributes(copy: Descriptor, attributes: Buffer): Outcome {
  return callNow(mountSetattr, SYS.mountSetattr, copy.fd, '', AT_EMPTY_PATH, attributes, attributes.length);
}

/** Which filesystems can is decided in the kernel, one by one, and differs between its versions. */
function checkMapped({ code }: Outcome, source: Descriptor, { mapping }: BindMount): void {
  if (code === '') return;
  const mount = mountOf(source);
  const fsType = mount?.fsType ?? 'unknown';
  const whom = `the files of user ${mapping?.uid ?? 0}:${mapping?.gid ?? 0} as another user's`;
  const why =
    code === 'EPERM'
      ? `the mount at ${mount?.target ?? 'its place'} (${fsType}) shows other users already, or is not this machine's own`
      : `the filesystem ${fsType} has no idmapped mounts in this kernel`;
  throw new VolumeError(
    'FailedPrecondition',
    `cannot show ${whom}: ${why} (mount_setattr: ${code}). Use a directory on a filesystem that has them, such as ext4, ` +
      'xfs or btrfs, or a volume with uid, gid, containerUid and containerGid 0, which maps nobody',
  );
}

function mountOf(file: Descriptor): Mount | undefined {
  const id = mountIdOf(file);
  return parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8')).find((mount) => mount.id === id);
}

function idmapAttribute(namespace: number): Buffer {
  return mountAttr({ set: MOUNT_ATTR_IDMAP, clear: 0, namespace });
}

/** struct mount_attr, undefined when the copy stays as its source is. */
function bindAttributes(readOnly: boolean, options: readonly string[]): Buffer | undefined {
  const { set, clear, unknown } = mountAttributes(readOnly ? [...options, 'ro'] : options);
  if (unknown.length > 0) {
    throw new VolumeError(
      'InvalidArgument',
      `a bind mount cannot have the options ${unknown.join(', ')}: leave them out`,
    );
  }
  if (set === 0 && clear === 0) return undefined;
  return mountAttr({ set, clear, namespace: 0 });
}

function mountAttr({ set, clear, namespace }: { set: number; clear: number; namespace: number }): Buffer {
  const attributes = Buffer.alloc(32);
  attributes.writeBigUInt64LE(BigInt(set), 0);
  attributes.writeBigUInt64LE(BigInt(clear), 8);
  attributes.writeBigUInt64LE(BigInt(namespace), 24);
  return attributes;
}
