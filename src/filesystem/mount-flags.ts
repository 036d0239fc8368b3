import { VolumeError } from '../domain/errors.ts';

/**
 * Mount flags that every filesystem takes and that harm nothing. `rw` is not among them: whether a mount can write is
 * decided by the access mode, and a flag must not undo a read-only mount.
 */
const COMMON_FLAGS: readonly string[] = [
  'ro',
  'noatime',
  'nodiratime',
  'relatime',
  'strictatime',
  'lazytime',
  'nosuid',
  'nodev',
  'noexec',
  'nosymfollow',
  'sync',
  'dirsync',
  'discard',
  'nodiscard',
  // What the kubelet gives where SELinux is on and the CSIDriver has `seLinuxMount`. The quotes keep the commas of the
  // label together: the kernel's SELinux reads them so.
  'context="[A-Za-z0-9_.:,-]{1,255}"',
];

/** CSI's limit for the mount_flags of a capability; a mount's own data must fit a page too. */
const MAXIMUM_LENGTH = 4000;

/**
 * Checks mount flags against the common ones and `own`, patterns of whole flags. Whatever could join two flags into
 * one (a comma outside of quotes), is empty, or is not listed, is InvalidArgument.
 */
export function checkMountFlags(filesystem: string, own: readonly string[], flags: readonly string[]): void {
  checkListed(filesystem, [...COMMON_FLAGS, ...own], flags);
}

/** As `checkMountFlags`, for a program that need not know the common ones: `ro` and its own alone. */
export function checkOwnMountFlags(filesystem: string, own: readonly string[], flags: readonly string[]): void {
  checkListed(filesystem, ['ro', ...own], flags);
}

function checkListed(filesystem: string, allowed: readonly string[], flags: readonly string[]): void {
  if (flags.length === 0) return;
  const pattern = new RegExp(`^(?:${allowed.map((flag) => `(?:${flag})`).join('|')})$`);
  for (const flag of flags) {
    if (!pattern.test(flag)) {
      throw new VolumeError(
        'InvalidArgument',
        `mount flag ${JSON.stringify(nameOf(flag))} is not allowed for ${filesystem}; allowed are ${allowed.join('; ')}`,
      );
    }
  }
  if (flags.join(',').length > MAXIMUM_LENGTH) {
    throw new VolumeError('InvalidArgument', `the mount flags are longer than ${MAXIMUM_LENGTH} characters together`);
  }
}

/** Without its value, which may be a secret (CSI 1.13, MountVolume.mount_flags). */
function nameOf(flag: string): string {
  const end = flag.search(/[=,]/);
  return (end === -1 ? flag : `${flag.slice(0, end)}${flag.charAt(end)}...`).slice(0, 64);
}
