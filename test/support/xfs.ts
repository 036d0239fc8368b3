import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';

const host = linuxHost();

/**
 * An XFS with reflink, of `sizeBytes` (300 MiB at least), in a sparse file in `directory`, mounted there at `xfs`. Returns
 * the mount's path; the cleanup of the temporary directory takes it off again.
 */
export async function mountedXfs(directory: string, sizeBytes = 1024 ** 3): Promise<string> {
  const file = join(directory, 'xfs.img');
  const target = join(directory, 'xfs');
  await host.images.create(file, sizeBytes);
  await host.run('mkfs.xfs', ['-q', '-K', '-m', 'reflink=1', file]);
  await mkdir(target);
  await mountImage(file, { target, fsType: 'xfs' });
  return target;
}

/** Attaches the image and mounts it; the loop device goes when it is unmounted. Returns the device's path. */
export async function mountImage(
  file: string,
  mount: { target: string; fsType: string; readOnly?: boolean; options?: readonly string[] },
): Promise<string> {
  const { target, fsType, readOnly = false, options = readOnly ? ['ro'] : [] } = mount;
  const loop = await host.loops.attach({ file, readOnly, autoclear: true, directIo: true, label: 'tome-test' });
  try {
    await host.mounts.mount({ source: loop.device.path, target, fsType, options });
  } finally {
    loop.close();
  }
  return loop.device.path;
}
