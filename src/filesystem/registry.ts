import { VolumeError } from '../domain/errors.ts';
import type { FilesystemRulebook, FilesystemRules } from '../domain/filesystem-rules.ts';
import type { Host } from '../host/host.ts';
import { btrfs } from './btrfs.ts';
import { ext4 } from './ext4.ts';
import type { Filesystem, FilesystemVolume } from './filesystem.ts';
import { directoryRules } from './registered/directory-rules.ts';
import { imageFilesystem } from './registered/image-filesystem.ts';
import { localMounter } from './registered/local-mounter.ts';
import type { Mounter } from './registered/mounter.ts';
import type { DirectoryRegistration, Registration } from './registered/registration.ts';
import { xfs } from './xfs.ts';

/** Every filesystem that a volume can have: those the driver knows by itself, and those the operator has registered. */
export interface FilesystemRegistry {
  readonly names: readonly string[];
  /** What a request can ask of any of them. */
  readonly rulebook: FilesystemRulebook;
  /**
   * The filesystem of an image, for this volume. Without one it can be asked for what all volumes of it have in common. Throws
   * InvalidArgument, naming the registered ones, when there is none of this name, or when it is a directory's.
   */
  get(name: string, volume?: FilesystemVolume): Filesystem;
  /** How a directory's filesystem is registered; undefined for an image's. Throws InvalidArgument for an unknown name. */
  directory(name: string): DirectoryRegistration | undefined;
}

interface Entry {
  readonly rules: FilesystemRules;
  readonly image?: (volume: FilesystemVolume) => Filesystem;
  readonly directory?: DirectoryRegistration;
}

/**
 * A new filesystem of the driver's own is one file beside this and one word here. The hooks of registered ones are run by
 * `mounter`. Throws InvalidArgument as `checkNames`.
 */
export function filesystems(
  host: Host,
  registrations: readonly Registration[] = [],
  mounter: Mounter = localMounter(host),
): FilesystemRegistry {
  const builtIn = [ext4(host), xfs(host), btrfs(host)];
  const own = builtIn.map((filesystem) => [filesystem.name, { rules: filesystem, image: () => filesystem }] as const);
  checkNames(
    builtIn.map(({ name }) => name),
    registrations,
  );
  const entries = new Map<string, Entry>([
    ...own,
    ...registrations.map((registration) => [registration.name, entryOf(host, registration, mounter)] as const),
  ]);
  const names = [...entries.keys()];
  const find = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry !== undefined) return entry;
    const given = JSON.stringify(name.slice(0, 64));
    throw new VolumeError('InvalidArgument', `there is no filesystem ${given}: choose one of ${names.join(', ')}`);
  };
  return {
    names,
    rulebook: { get: (name) => find(name).rules },
    get(name, volume = NO_VOLUME) {
      const { image } = find(name);
      if (image !== undefined) return image(volume);
      throw new VolumeError('InvalidArgument', `filesystem ${name} is a directory's, and cannot be made in an image`);
    },
    directory: (name) => find(name).directory,
  };
}

const NO_VOLUME: FilesystemVolume = { id: '' };

function entryOf(host: Host, registration: Registration, mounter: Mounter): Entry {
  if (registration.kind === 'directory') return { rules: directoryRules(registration), directory: registration };
  const image = (volume: FilesystemVolume) => imageFilesystem({ host, mounter }, registration, volume);
  return { rules: image(NO_VOLUME), image };
}

/** Volumes are found by the name of their filesystem, so each is there once. */
function checkNames(builtIn: readonly string[], registrations: readonly Registration[]): void {
  const taken = new Set(builtIn);
  for (const { name } of registrations) {
    if (taken.has(name)) {
      const why = builtIn.includes(name) ? 'the driver has one of its own' : 'it is registered twice';
      throw new VolumeError('InvalidArgument', `filesystems: ${name} is taken, ${why}: choose another name`);
    }
    taken.add(name);
  }
}
