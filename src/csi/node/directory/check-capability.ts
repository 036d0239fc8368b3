import { refuseSharedWriting } from '../../../domain/access.ts';
import { VolumeError } from '../../../domain/errors.ts';
import { checkListedMountFlags } from '../../../filesystem/mount-flags.ts';
import type { Capability } from '../../server/require.ts';
import { called } from '../words.ts';
import type { DirectoryVolume } from './directory-volume.ts';

/** What a bind mount can have of its own. `rw` is not among them: the access mode decides that. */
const BIND_FLAGS: readonly string[] = [
  ...['ro', 'noexec', 'nosuid', 'nodev', 'noatime', 'nodiratime', 'relatime', 'strictatime'],
];

/** As for an image: InvalidArgument for a mode, filesystem or mount flag that the volume cannot have. */
export function checkDirectoryCapability(volume: DirectoryVolume, capability: Capability): void {
  const { mode, access, fsType, mountFlags } = capability;
  refuseSharedWriting(mode, volume);
  if (access === 'block') {
    throw new VolumeError('FailedPrecondition', `${called(volume)} is a directory: ask for mount access, not block`);
  }
  if (fsType !== '' && fsType !== volume.fsType) {
    const what =
      volume.fsType === undefined ? 'is a directory of the host, without a filesystem' : `has ${volume.fsType}`;
    throw new VolumeError('InvalidArgument', `${called(volume)} ${what}, not ${fsType}: leave fsType out`);
  }
  const name = volume.fsType ?? 'a managed volume, which is a bind mount';
  checkListedMountFlags(name, [...BIND_FLAGS, ...volume.mountFlags], mountFlags);
}

/** Those of the flags that a bind mount has of its own. */
export function bindFlags(mountFlags: readonly string[]): readonly string[] {
  return mountFlags.filter((flag) => BIND_FLAGS.includes(flag));
}
