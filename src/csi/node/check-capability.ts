import { refuseSharedWriting } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRegistry } from '../../filesystem/registry.ts';
import type { VolumeRecord } from '../../pool/record.ts';
import type { Capability } from '../server/require.ts';

/**
 * Throws InvalidArgument for a mode, filesystem or mount flag that the volume cannot have, FailedPrecondition when it is
 * asked for as a block device and is a filesystem, or the other way round (CSI 1.13, NodeStageVolume, "Exceeds
 * capabilities").
 */
export function checkCapability(record: VolumeRecord, capability: Capability, filesystems: FilesystemRegistry): void {
  const { mode, access, fsType, mountFlags } = capability;
  refuseSharedWriting(mode);
  if ((access === 'block') !== (record.volumeMode === 'Block')) {
    const is =
      record.volumeMode === 'Block' ? 'a block volume: ask for block access' : 'no block volume: ask for mount';
    throw new VolumeError('FailedPrecondition', `volume ${record.id} is ${is}`);
  }
  if (record.fsType === undefined) return;
  if (fsType !== '' && fsType !== record.fsType) {
    throw new VolumeError('InvalidArgument', `volume ${record.id} has ${record.fsType}, not ${fsType}`);
  }
  filesystems.rulebook.get(record.fsType).checkMountFlags(mountFlags);
}

/** ControllerPublishVolume tells with its publish context, an administrator with the mount flag `ro`. */
export function asksForReadOnly(capability: Capability, publishContext: Readonly<Record<string, string>>): boolean {
  return publishContext['readOnly'] === 'true' || capability.mountFlags.includes('ro');
}
