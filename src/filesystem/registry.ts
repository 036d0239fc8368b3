import { VolumeError } from '../domain/errors.ts';
import type { FilesystemRulebook, FilesystemRules } from '../domain/filesystem-rules.ts';
import type { Host } from '../host/host.ts';
import { btrfs } from './btrfs.ts';
import { ext4 } from './ext4.ts';
import type { Filesystem } from './filesystem.ts';
import { directoryRules } from './registered/directory-rules.ts';
import { imageFilesystem } from './registered/image-filesystem.ts';
import type { DirectoryRegistration, Registration } from './registered/registration.ts';
import { xfs } from './xfs.ts';

/** Every filesystem that a volume can have: those the driver knows by itself, and those the operator has registered. */
export interface FilesystemRegistry {
  readonly names: readonly string[];
  /** What a request can ask of any of them. */
  readonly rulebook: FilesystemRulebook;
  /**
   * The filesystem of an image, for a volume with these arguments. Throws InvalidArgument, naming the registered ones, when
   * there is none of this name, or when it is a directory's.
   */
  get(name: string, args?: Readonly<Record<string, string>>): Filesystem;
  /** How a directory's filesystem is registered; undefined for an image's. Throws InvalidArgument for an unknown name. */
  directory(name: string): DirectoryRegistration | undefined;
}

interface Entry {
  readonly rules: FilesystemRules;
  readonly image?: (args: Readonly<Record<string, string>>) => Filesystem;
  readonly directory?: DirectoryRegistration;
}

/** A new filesystem of the driver's own is one file beside this and one word here. Throws InvalidArgument as `checkNames`. */
export function filesystems(host: Host, registrations: readonly Registration[] = []): FilesystemRegistry {
  const builtIn = [ext4(host), xfs(host), btrfs(host)];
  const own = builtIn.map((filesystem) => [filesystem.name, { rules: filesystem, image: () => filesystem }] as const);
  checkNames(
    builtIn.map(({ name }) => name),
    registrations,
  );
  const entries = new Map<string, Entry>([
    ...own,
    ...registrations.map((registration) => [registration.name, entryOf(host, registration)] as const),
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
    get(name, args = {}) {
      const { image } = find(name);
      if (image !== undefined) return image(args);
      throw new VolumeError('InvalidArgument', `filesystem ${name} is a directory's, and cannot be made in an image`);
    },
    directory: (name) => find(name).directory,
  };
}

function entryOf(host: Host, registration: Registration): Entry {
  if (registration.kind === 'directory') return { rules: directoryRules(registration), directory: registration };
  const image = (args: Readonly<Record<string, string>>) => imageFilesystem(host, registration, args);
  return { rules: image({}), image };
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
