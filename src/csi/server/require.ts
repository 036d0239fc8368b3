import path from 'node:path';
import { accessModes, type AccessMode } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { VolumeCapability__Output } from '../gen/csi/v1/VolumeCapability.ts';

/** An id as given; whether it is one of ours is for the look-up to find. Throws InvalidArgument when it is empty. */
export function requireId(id: string, field: string): string {
  if (id === '') throw new VolumeError('InvalidArgument', `${field} is missing`);
  return id;
}

/** CSI 1.13, CreateVolumeRequest.name: any text but control characters other than tab, line feed and return. */
export function requireName(name: string): string {
  if (name === '') throw new VolumeError('InvalidArgument', 'name is missing');
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/.test(name)) {
    throw new VolumeError('InvalidArgument', 'name must not have control characters');
  }
  return name;
}

/** An absolute path without `..` in it. Throws InvalidArgument; where it may lie is for the caller to check. */
export function requirePath(text: string, field: string): string {
  if (text === '') throw new VolumeError('InvalidArgument', `${field} is missing`);
  if (!path.isAbsolute(text) || text.split('/').includes('..')) {
    throw new VolumeError('InvalidArgument', `${field} must be an absolute path without "..", not ${text}`);
  }
  return text;
}

export interface Capability {
  readonly mode: AccessMode;
  readonly access: 'mount' | 'block';
  /** Empty when the driver is to choose, and for block access. */
  readonly fsType: string;
  readonly mountFlags: readonly string[];
}

/** Throws InvalidArgument when the capability is missing, or does not say how and by whom the volume is used. */
export function requireCapability(
  capability: VolumeCapability__Output | null | undefined,
  field = 'volume_capability',
): Capability {
  if (capability === null || capability === undefined) throw new VolumeError('InvalidArgument', `${field} is missing`);
  const { block, mount, accessMode } = capability;
  const mode = accessModes.find((known) => known === accessMode?.mode);
  if (mode === undefined) throw new VolumeError('InvalidArgument', `${field}.access_mode is missing or not known`);
  if (block) return { mode, access: 'block', fsType: '', mountFlags: [] };
  if (!mount) throw new VolumeError('InvalidArgument', `${field} must have either block or mount`);
  if (mount.volumeMountGroup !== '') {
    throw new VolumeError('InvalidArgument', `${field}.mount.volume_mount_group is not supported; use fsGroup instead`);
  }
  return { mode, access: 'mount', fsType: mount.fsType, mountFlags: mount.mountFlags };
}

/** As `requireCapability`, for a list that must not be empty. */
export function requireCapabilities(capabilities: readonly VolumeCapability__Output[]): readonly Capability[] {
  if (capabilities.length === 0) throw new VolumeError('InvalidArgument', 'volume_capabilities is missing');
  return capabilities.map((capability, index) => requireCapability(capability, `volume_capabilities[${index}]`));
}
