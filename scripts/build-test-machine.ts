/**
 * Gets the kernel of the virtual machine that tests run in, out of Debian's package, and makes what it starts with: a shell,
 * the modules, and how to mount this machine's files. Unless they are there already. Nothing is installed.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { machineInitramfs, machineKernel } from '../test/support/test-machine-files.ts';
import { archive, type Entry } from './test-machine/cpio.ts';
import { kernelModules } from './test-machine/kernel-modules.ts';
import { initScript } from './test-machine/init-script.ts';

/** That a pool and its volumes need, and the files of the host (9p). */
const MODULES = ['virtio_pci', 'virtio_blk', '9pnet_virtio', '9p', 'loop', 'crc32c_generic', 'ext4', 'xfs', 'btrfs'];

if (!existsSync(machineInitramfs)) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'tome-test-machine-'));
  try {
    build(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function build(scratch: string): void {
  const kernelPackage = newestKernel();
  console.log(`Getting ${kernelPackage} ...`);
  const kernel = unpacked(kernelPackage, scratch);
  const busybox = path.join(unpacked('busybox-static', scratch), 'bin/busybox');
  mkdirSync(path.dirname(machineKernel), { recursive: true });
  copyFileSync(path.join(kernel, 'boot', only(path.join(kernel, 'boot'), /^vmlinuz-/)), machineKernel);
  const modulesRoot = path.join(kernel, 'lib/modules');
  const modules = kernelModules(path.join(modulesRoot, only(modulesRoot, /./)), MODULES);
  const directories = ['bin', 'dev', 'proc', 'sys', 'new', 'modules'];
  const entries: readonly Entry[] = [
    ...directories.map((name) => ({ name, mode: 0o40755 })),
    { name: 'dev/console', mode: 0o20600, device: [5, 1] },
    { name: 'bin/busybox', mode: 0o100755, content: readFileSync(busybox) },
    ...modules.map(({ name, file }) => ({ name: `modules/${name}.ko`, mode: 0o100644, content: readFileSync(file) })),
    { name: 'init', mode: 0o100755, content: Buffer.from(initScript(modules.map(({ name }) => name))) },
  ];
  writeFileSync(`${machineInitramfs}.new`, archive(entries));
  renameSync(`${machineInitramfs}.new`, machineInitramfs);
}

/** The package that Debian's own for the newest kernel depends on. */
function newestKernel(): string {
  const depends = () =>
    execFileSync('apt-cache', ['depends', 'linux-image-amd64'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const named = (text: string) => /Depends: (linux-image-\S+)/.exec(text)?.[1];
  let name = existsSync('/var/lib/apt/lists/lock') ? named(depends()) : undefined;
  if (name === undefined) {
    execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'inherit', 'inherit'] });
    name = named(depends());
  }
  if (name === undefined)
    throw new Error('apt knows no linux-image-amd64: the machine for tests needs Debian on x86_64');
  return name;
}

function unpacked(name: string, scratch: string): string {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  execFileSync('apt-get', ['download', '-qq', name], { cwd: folder, stdio: ['ignore', 'inherit', 'ignore'] });
  execFileSync('dpkg-deb', ['-x', path.join(folder, only(folder, /\.deb$/)), folder]);
  return folder;
}

function only(folder: string, pattern: RegExp): string {
  const found = readdirSync(folder).find((name) => pattern.test(name));
  if (found === undefined) throw new Error(`nothing in ${folder} is like ${pattern.source}`);
  return found;
}
