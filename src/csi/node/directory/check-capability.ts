import { refuseSharedWriting } from '../../../domain/access.ts';
import { checkBindFlags } from '../../../domain/bind-flags.ts';
import { VolumeError } from '../../../domain/errors.ts';
import type { Capability } from '../../server/require.ts';
import { called } from '../words.ts';
import type { DirectoryVolume } from './directory-volume.ts';

/**
 * As for an image: InvalidArgument for a mode, filesystem or mount flag that the volume cannot have. A filesystem that is
 * named for a managed volume would have the kubelet give the host's files to the fsGroup of a pod.
 */
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
  checkBindFlags(mountFlags);
}
