import { VolumeError } from './errors.ts';

/**
 * What a mount point of its own can have: the other flags belong to the filesystem that the directory is on. `rw` is not
 * among them, since a flag must not undo a read-only mount.
 */
const BIND_FLAGS: readonly string[] = [
  'ro',
  'noatime',
  'nodiratime',
  'relatime',
  'strictatime',
  'nosuid',
  'nodev',
  'noexec',
];

/** Throws InvalidArgument for a mount flag that the bind mount of a directory cannot have. */
export function checkBindFlags(flags: readonly string[]): void {
  const odd = flags.find((flag) => !BIND_FLAGS.includes(flag));
  if (odd === undefined) return;
  // Without its value, which may be a secret (CSI 1.13, MountVolume.mount_flags).
  const [name = ''] = odd.split(/[=,]/);
  const message = `mount flag ${JSON.stringify(name.slice(0, 64))} is not one of a directory`;
  throw new VolumeError('InvalidArgument', `${message}; allowed are ${BIND_FLAGS.join('; ')}`);
}
