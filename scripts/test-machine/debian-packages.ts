import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface MachinePackages {
  /** Where the kernel's image is, and its modules are. */
  readonly boot: string;
  readonly modules: string;
  readonly busybox: string;
}

/**
 * Gets Debian's newest kernel and a shell that needs no library, and unpacks them in `scratch`; nothing is installed. Asks for
 * new lists only when what they name cannot be had: they are missing, or too old.
 */
export function getPackages(scratch: string): MachinePackages {
  try {
    return unpack(path.join(scratch, 'first'), 'ignore');
  } catch {
    apt(['update'], 'inherit');
    return unpack(path.join(scratch, 'updated'), 'inherit');
  }
}

type Complaints = 'ignore' | 'inherit';

function unpack(folder: string, complaints: Complaints): MachinePackages {
  const kernel = unpacked(newestKernel(complaints), folder, complaints);
  const modules = path.join(
    kernel,
    existsSync(path.join(kernel, 'usr/lib/modules')) ? 'usr/lib/modules' : 'lib/modules',
  );
  const shell = unpacked('busybox-static', folder, complaints);
  const busybox = ['usr/bin/busybox', 'bin/busybox']
    .map((file) => path.join(shell, file))
    .find((file) => existsSync(file));
  if (busybox === undefined) throw new Error('the package busybox-static has no busybox');
  return { boot: path.join(kernel, 'boot'), modules: path.join(modules, only(modules, /./)), busybox };
}

/** The package that Debian's own for the newest kernel depends on. */
function newestKernel(complaints: Complaints): string {
  const text = execFileSync('apt-cache', ['depends', 'linux-image-amd64'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', complaints],
  });
  const name = /Depends: (linux-image-\S+)/.exec(text)?.[1];
  if (name === undefined) throw new Error('apt knows no linux-image-amd64');
  return name;
}

function unpacked(name: string, folder: string, complaints: Complaints): string {
  const place = path.join(folder, name);
  mkdirSync(place, { recursive: true });
  console.log(`Getting ${name} ...`);
  apt(['download', name], complaints, place);
  execFileSync('dpkg-deb', ['-x', path.join(place, only(place, /\.deb$/)), place]);
  return place;
}

function apt(args: readonly string[], complaints: Complaints, cwd?: string): void {
  execFileSync('apt-get', ['-qq', ...args], { cwd, stdio: ['ignore', 'inherit', complaints] });
}

/** The path within it of the first that has such a name. */
export function only(folder: string, pattern: RegExp): string {
  const found = readdirSync(folder).find((name) => pattern.test(name));
  if (found === undefined) throw new Error(`nothing in ${folder} is like ${pattern.source}`);
  return found;
}
