import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Filesystem } from '../../src/filesystem/filesystem.ts';
import type { Host } from '../../src/host/host.ts';
import { linuxHost } from '../../src/host/linux-host.ts';

export interface Mounted {
  readonly device: string;
  readonly target: string;
}

/** A directory of images; whatever was mounted from it is taken down by `dispose`. */
export interface Bench {
  readonly host: Host;
  file(name: string): string;
  /** A new sparse image of this size. */
  image(name: string, size: number): Promise<string>;
  /** A copy of an image, holes and all. */
  copy(source: string, name: string): Promise<string>;
  mount(image: string, fsType: string, options: readonly string[], readOnly?: boolean): Promise<Mounted>;
  unmount(mounted: Mounted): Promise<void>;
  dispose(): Promise<void>;
}

export async function makeBench(): Promise<Bench> {
  const host = linuxHost();
  const directory = await mkdtemp(path.join(tmpdir(), 'tome-filesystem-'));
  const mounts = new Set<string>();
  const file = (name: string): string => path.join(directory, name);
  return {
    host,
    file,
    async image(name, size) {
      await host.images.create(file(name), size);
      return file(name);
    },
    async copy(source, name) {
      await host.images.copySparse(source, file(name), {});
      return file(name);
    },
    async mount(image, fsType, options, readOnly = false) {
      const target = `${image}.mounted`;
      await mkdir(target, { recursive: true });
      const loop = { file: image, readOnly, autoclear: true, directIo: false, label: 'filesystem test' };
      const attached = await host.loops.attach(loop);
      try {
        await host.mounts.mount({ source: attached.device.path, target, fsType, options });
      } finally {
        attached.close();
      }
      mounts.add(target);
      return { device: attached.device.path, target };
    },
    async unmount({ target }) {
      await host.mounts.unmount(target);
      mounts.delete(target);
    },
    async dispose() {
      for (const target of mounts) await host.mounts.unmount(target);
      await rm(directory, { recursive: true });
    },
  };
}

/** The UUID that blkid finds in an image by reading it. */
export async function blkidUuid(host: Host, image: string): Promise<string> {
  return (await host.run('blkid', ['-p', '-s', 'UUID', '-o', 'value', image])).trim();
}

/** The error a call throws; fails when it throws none. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    () => ({ error: undefined }),
    (error: unknown) => ({ error }),
  );
  if (outcome.error === undefined) throw new Error('nothing was thrown');
  return outcome.error;
}

/** Whether this process has CAP_SYS_RESOURCE, which the kernel asks for before it resizes a mounted ext4. */
export async function mayResizeMounted(): Promise<boolean> {
  const effective = /^CapEff:\s*(\w+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1];
  return ((BigInt(`0x${effective ?? '0'}`) >> 24n) & 1n) === 1n;
}

/** Grows the filesystem to `size` bytes: before it is mounted where that is how it is done here, else while mounted. */
export async function growTo(bench: Bench, filesystem: Filesystem, image: string, size: number): Promise<void> {
  await bench.host.images.resize(image, size);
  if (await filesystem.growImage(image)) return;
  const mounted = await bench.mount(
    image,
    filesystem.name,
    filesystem.mountOptions({ readOnly: false, discard: true }),
  );
  await filesystem.grow(mounted);
  await bench.unmount(mounted);
}
