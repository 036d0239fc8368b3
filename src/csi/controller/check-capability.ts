import { refuseSharedWriting } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Capability } from '../server/require.ts';
import { checkUse } from './managed/managed-wish.ts';

/** Throws InvalidArgument when the volume cannot be used as the capability says. */
export function checkCapability(capability: Capability, volume: Volume, filesystemRules: FilesystemRulebook): void {
  const { mode, access, fsType, mountFlags } = capability;
  const { spec, id } = volume;
  if (spec.managed !== undefined) {
    // The filesystem that a PersistentVolume names is csi-provisioner's default.
    checkUse(capability, spec);
    return;
  }
  refuseSharedWriting(mode, spec);
  if ((access === 'block') !== (spec.volumeMode === 'Block')) {
    const use =
      spec.volumeMode === 'Block' ? 'a block volume, not to be mounted' : 'a filesystem volume, to be mounted';
    throw new VolumeError('InvalidArgument', `volume ${id} is ${use}`);
  }
  if (fsType !== '' && fsType !== spec.fsType) {
    throw new VolumeError('InvalidArgument', `volume ${id} has ${spec.fsType ?? 'no filesystem'}, not ${fsType}`);
  }
  if (spec.fsType !== undefined) filesystemRules.get(spec.fsType).checkMountFlags(mountFlags);
}
