import { refuseSharedWriting, type AccessMode } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRulebook, FilesystemRules } from '../../domain/filesystem-rules.ts';
import type { Capability } from '../server/require.ts';
import type { VolumeParameters } from './volume-parameters.ts';

/** What all capabilities and parameters of a request say together about how the volume is used. */
export interface VolumeShape {
  readonly volumeMode: 'Filesystem' | 'Block';
  /** Undefined when the driver, or the source, is to choose. */
  readonly fsType: string | undefined;
  readonly accessModes: readonly AccessMode[];
  readonly mountFlags: readonly string[];
}

export const defaultFsType = 'ext4';

/** Throws InvalidArgument when the capabilities contradict each other or the parameters, or ask for shared writing. */
export function volumeShape(capabilities: readonly Capability[], parameters: VolumeParameters): VolumeShape {
  const sharing = parameters.sharing === 'many' ? ('many' as const) : undefined;
  for (const { mode } of capabilities) refuseSharedWriting(mode, { sharing });
  const accessModes = [...new Set(capabilities.map(({ mode }) => mode))];
  const accesses = new Set(capabilities.map(({ access }) => access));
  if (accesses.size > 1) {
    throw new VolumeError('InvalidArgument', 'a volume is used as a block device or mounted, not both: choose one');
  }
  if (accesses.has('block')) return { volumeMode: 'Block', fsType: undefined, accessModes, mountFlags: [] };

  const named = [...capabilities.map(({ fsType }) => fsType), parameters.fsType ?? ''];
  const fsTypes = new Set(named.filter((name) => name !== ''));
  if (fsTypes.size > 1) {
    throw new VolumeError('InvalidArgument', `a volume has one filesystem, not ${[...fsTypes].join(' and ')}`);
  }
  const mountFlags = capabilities.flatMap((capability) => capability.mountFlags);
  return { volumeMode: 'Filesystem', fsType: [...fsTypes][0], accessModes, mountFlags };
}

/** The rules of a filesystem, once it allows the options asked for; undefined for a block volume. */
export function requireAllowed(
  filesystemRules: FilesystemRulebook,
  fsType: string | undefined,
  options: Pick<VolumeParameters, 'mkfsOptions' | 'provisioning' | 'sharing'> & { mountFlags: readonly string[] },
): FilesystemRules | undefined {
  if (fsType === undefined) return undefined;
  const rules = filesystemRules.get(fsType);
  if (options.sharing === 'many' && rules.sharing !== 'many') {
    const message = `filesystem ${fsType} cannot be shared by several nodes: leave out the parameter sharing`;
    throw new VolumeError('InvalidArgument', message);
  }
  if (options.provisioning === 'thick' && rules.kind === 'directory') {
    const message = `filesystem ${fsType} is mounted at a directory, and has no image to allocate: leave out provisioning`;
    throw new VolumeError('InvalidArgument', message);
  }
  rules.checkMkfsOptions(options.mkfsOptions);
  rules.checkMountFlags(options.mountFlags);
  return rules;
}

/** Throws InvalidArgument where a class asks for what no block volume has: a directory, arguments, several who write. */
export function refuseAsBlock(
  { fsType, arguments: args, sharing }: VolumeParameters,
  filesystemRules: FilesystemRulebook,
): void {
  if (fsType !== undefined && filesystemRules.get(fsType).kind === 'directory') {
    const message = `filesystem ${fsType} is mounted at a directory, and is no block device: ask for volumeMode Filesystem`;
    throw new VolumeError('InvalidArgument', message);
  }
  if (Object.keys(args).length === 0 && sharing === 'one') return;
  throw new VolumeError('InvalidArgument', 'a block volume has no filesystem: leave out sharing and arg.<name>');
}
