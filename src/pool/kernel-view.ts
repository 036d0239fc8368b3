import type { FileStat, HostLoops, HostMounts, LoopDevice, Mount } from '../host/host.ts';

/** Where an image is mounted or bound, and whether only for reading. */
export interface ImageMounts {
  readonly paths: readonly string[];
  readonly readOnly: boolean;
}

/** What `imageUsage` tells of one image, for a whole list from one look at the kernel's loop devices and mounts. */
export class KernelView {
  readonly #loops: ReadonlyMap<string, readonly LoopDevice[]>;
  readonly #byDevice: ReadonlyMap<number, readonly Mount[]>;
  readonly #bySource: ReadonlyMap<string, readonly Mount[]>;
  readonly #byNode: ReadonlyMap<string, readonly Mount[]>;

  constructor(loops: readonly LoopDevice[], mounts: readonly Mount[]) {
    this.#loops = Map.groupBy(loops, ({ backingDevice, backingInode }) => `${backingDevice}:${backingInode}`);
    this.#byDevice = Map.groupBy(mounts, ({ deviceNumber }) => deviceNumber);
    this.#bySource = Map.groupBy(
      mounts.filter(({ fsType }) => fsType === 'btrfs'),
      ({ source }) => source,
    );
    this.#byNode = Map.groupBy(mounts.filter(isDeviceBind), ({ root }) => root.slice(root.lastIndexOf('/') + 1));
  }

  /** What shows this image; undefined when no loop device holds it. Paths in the order in which they were mounted. */
  mountsOf(image: FileStat): ImageMounts | undefined {
    const loops = this.#loops.get(`${image.device}:${image.inode}`);
    if (loops === undefined) return undefined;
    const mounts = new Set(loops.flatMap((loop) => this.#mountsOfLoop(loop)));
    return {
      paths: [...new Set([...mounts].map(({ target }) => target))],
      readOnly: loops.every(({ readOnly }) => readOnly),
    };
  }

  /** A btrfs mount has a device number of its own, but names the loop device as its source. */
  #mountsOfLoop({ deviceNumber, path, number }: LoopDevice): readonly Mount[] {
    return [
      ...(this.#byDevice.get(deviceNumber) ?? []),
      ...(this.#bySource.get(path) ?? []),
      ...(this.#byNode.get(`loop${number}`) ?? []),
    ];
  }
}

export async function readKernel(host: {
  readonly loops: HostLoops;
  readonly mounts: HostMounts;
}): Promise<KernelView> {
  const [loops, mounts] = await Promise.all([host.loops.list(), host.mounts.list()]);
  return new KernelView(loops, mounts);
}

/** A block volume is published by binding its device node, so the mount's root is that node inside /dev. */
function isDeviceBind({ fsType, root }: Mount): boolean {
  return (fsType === 'devtmpfs' || fsType === 'tmpfs') && /\/loop\d+$/.test(root);
}
