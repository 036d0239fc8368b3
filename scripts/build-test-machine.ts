/**
 * Gets the kernel of the virtual machine that tests run in, out of Debian's package, and makes what it starts with: a shell,
 * the modules, and how to mount this machine's files. Unless they are there already. Nothing is installed.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { machineInitramfs, machineKernel } from '../test/support/test-machine-files.ts';
import { archive, type Entry } from './test-machine/cpio.ts';
import { getPackages, only } from './test-machine/debian-packages.ts';
import { kernelModules } from './test-machine/kernel-modules.ts';
import { initScript } from './test-machine/init-script.ts';

/** That a pool and its volumes need, and the files of the host (9p). */
const MODULES = ['virtio_pci', 'virtio_blk', '9pnet_virtio', '9p', 'loop', 'crc32c_generic', 'ext4', 'xfs', 'btrfs'];

if (!existsSync(machineInitramfs)) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'tome-test-machine-'));
  try {
    build(scratch);
  } catch (error) {
    console.error(error);
    console.error(
      'The kernel of the machine for tests cannot be had (see above). It comes from the packages linux-image-amd64 and ' +
        'busybox-static of Debian 12 or newer, by apt-get: let that reach its mirror and retry, or copy ' +
        `${path.dirname(machineInitramfs)} from a machine on which npm run test:vm has run.`,
    );
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function build(scratch: string): void {
  const packages = getPackages(scratch);
  mkdirSync(path.dirname(machineKernel), { recursive: true });
  copyFileSync(path.join(packages.boot, only(packages.boot, /^vmlinuz-/)), machineKernel);
  const modules = kernelModules(packages.modules, MODULES);
  const directories = ['bin', 'dev', 'proc', 'sys', 'new', 'modules'];
  const entries: readonly Entry[] = [
    ...directories.map((name) => ({ name, mode: 0o40755 })),
    { name: 'dev/console', mode: 0o20600, device: [5, 1] },
    { name: 'bin/busybox', mode: 0o100755, content: readFileSync(packages.busybox) },
    ...modules.map(({ name, content }) => ({ name: `modules/${name}.ko`, mode: 0o100644, content })),
    { name: 'init', mode: 0o100755, content: Buffer.from(initScript(modules.map(({ name }) => name))) },
  ];
  writeFileSync(`${machineInitramfs}.new`, archive(entries));
  renameSync(`${machineInitramfs}.new`, machineInitramfs);
}
