// Runs with Node 20 and nothing installed, so: plain JavaScript and no dependency.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const repository = path.join(import.meta.dirname, '..');

/** The Node that runs everything but these scripts: a pinned version, installed as a package. */
export const node = path.join(repository, 'node_modules/.bin/node');

/** Command that must be there, and the Debian package that has it. */
const HOST_TOOLS = new Map([
  ['mkfs.ext4', 'e2fsprogs'],
  ['resize2fs', 'e2fsprogs'],
  ['mkfs.xfs', 'xfsprogs'],
  ['xfs_growfs', 'xfsprogs'],
  ['mkfs.btrfs', 'btrfs-progs'],
  ['losetup', 'util-linux'],
]);

/** Library that the programs are linked to, and the Debian package that has it. A machine without a compiler lacks it. */
const HOST_LIBRARIES = new Map([['libatomic.so.1', 'libatomic1']]);

/** The environment of the programs: our Node first, and system tools found also where PATH lacks the sbin folders. */
export const environment = {
  ...process.env,
  PATH: [path.dirname(node), process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(path.delimiter),
};

/** Installs whatever is missing: first the host's tools and libraries, of which our Node needs one. */
export function ensureInstalled(moreTools = []) {
  ensureTools(moreTools);
  ensurePackages();
}

/** Installs what package-lock.json names, unless just that is there. */
function ensurePackages() {
  if (hasLockedPackages()) return;
  console.log('Installing npm packages ...');
  runOrExit('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (!existsSync(node)) fail('npm installed the packages without running their install scripts; allow them and retry');
}

/** npm writes what it installed beside the packages; times say little, since a checkout touches files. */
function hasLockedPackages() {
  const installed = packagesIn('node_modules/.package-lock.json');
  const locked = Object.entries(packagesIn('package-lock.json')).filter(
    ([name, entry]) => name !== '' && !entry.optional,
  );
  return existsSync(node) && locked.every(([name, { version }]) => installed[name]?.version === version);
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(path.join(repository, file), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Installs the host's tools and libraries that are missing when this is root on Debian; else says what to install, and exits. */
function ensureTools(more) {
  const wanted = [...HOST_TOOLS, ...more];
  const libraries = installedLibraries();
  const packages = [
    ...wanted.filter(([command]) => !isInstalled(command)),
    ...[...HOST_LIBRARIES].filter(([library]) => !libraries.includes(library)),
  ].map(([, name]) => name);
  const missing = [...new Set(packages)].join(' ');
  if (missing === '') return;

  if (process.getuid() !== 0 || !existsSync('/etc/debian_version')) {
    fail(`Missing on this machine; install these and retry (names as in Debian): ${missing}`);
  }
  console.log(`Installing ${missing} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  runOrExit('apt-get', ['update', '-qq'], { env });
  runOrExit('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...missing.split(' ')], { env });
}

function isInstalled(command) {
  return environment.PATH.split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What the linker knows, as text; empty where nobody can be asked. */
function installedLibraries() {
  return spawnSync('ldconfig', ['-p'], { env: environment, encoding: 'utf8' }).stdout ?? '';
}

/** Bundles the program into dist/. */
export function buildProgram() {
  runOrExit(node, ['scripts/build.ts']);
}

export function runOrExit(command, args, options = {}) {
  const stdio = ['ignore', 'inherit', 'inherit'];
  const { status, error } = spawnSync(command, args, { cwd: repository, stdio, env: environment, ...options });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`);
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}
