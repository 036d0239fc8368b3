import { refuseSharedWriting } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Capability } from '../server/require.ts';

/** Throws InvalidArgument when the volume cannot be used as the capability says. */
export function checkCapability(capability: Capability, volume: Volume, filesystemRules: FilesystemRulebook): void {
  const { mode, access, fsType, mountFlags } = capability;
  const { spec, id } = volume;
  refuseSharedWriting(mode);
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
