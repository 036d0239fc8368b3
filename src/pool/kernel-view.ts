import type { FileStat, HostLoops, HostMounts, LoopDevice, Mount } from '../host/host.ts';
import { shownBy } from './image-mount.ts';

/** Where an image is mounted or bound, and whether only for reading. */
export interface ImageMounts {
  readonly paths: readonly string[];
  readonly readOnly: boolean;
}

/** What `imageUsage` tells of one image, for a whole list from one look at the kernel's loop devices and mounts. */
export class KernelView {
  readonly #loops: ReadonlyMap<string, readonly LoopDevice[]>;
  readonly #mounts: ReadonlyMap<number | string, readonly Mount[]>;

  constructor(loops: readonly LoopDevice[], mounts: readonly Mount[]) {
    this.#loops = Map.groupBy(loops, ({ backingDevice, backingInode }) => `${backingDevice}:${backingInode}`);
    this.#mounts = Map.groupBy(mounts, shownBy);
  }

  /** What shows this image; undefined when no loop device holds it. */
  mountsOf(image: FileStat): ImageMounts | undefined {
    const loops = this.#loops.get(`${image.device}:${image.inode}`);
    if (loops === undefined) return undefined;
    const shown = loops.flatMap(({ deviceNumber, path }) => [deviceNumber, path]);
    const mounts = shown.flatMap((device) => this.#mounts.get(device) ?? []);
    return {
      paths: [...new Set(mounts.map(({ target }) => target))],
      readOnly: loops.every(({ readOnly }) => readOnly),
    };
  }
}

export async function readKernel(host: {
  readonly loops: HostLoops;
  readonly mounts: HostMounts;
}): Promise<KernelView> {
  const [loops, mounts] = await Promise.all([host.loops.list(), host.mounts.list()]);
  return new KernelView(loops, mounts);
}
