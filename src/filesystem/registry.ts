import { VolumeError } from '../domain/errors.ts';
import type { Host } from '../host/host.ts';
import { btrfs } from './btrfs.ts';
import { ext4 } from './ext4.ts';
import type { Filesystem } from './filesystem.ts';
import { xfs } from './xfs.ts';

export interface FilesystemRegistry {
  readonly names: readonly string[];
  /** Throws InvalidArgument, naming the registered ones, when there is no filesystem of this name. */
  get(name: string): Filesystem;
}

/** Every filesystem that an image can carry: a new one is one file beside this and one line here. */
export function filesystems(host: Host): FilesystemRegistry {
  const registered = new Map([ext4(host), xfs(host), btrfs(host)].map((filesystem) => [filesystem.name, filesystem]));
  const names = [...registered.keys()];
  return {
    names,
    get(name) {
      const filesystem = registered.get(name);
      if (filesystem === undefined) {
        const given = JSON.stringify(name.slice(0, 64));
        throw new VolumeError('InvalidArgument', `there is no filesystem ${given}: choose one of ${names.join(', ')}`);
      }
      return filesystem;
    },
  };
}
