import { readFileSync } from 'node:fs';
import { fromNode } from './errno.ts';
import type { Mount } from './host.ts';

const MOUNTINFO = '/proc/self/mountinfo';

let due: Promise<readonly Mount[]> | undefined;

/**
 * Every mount this process sees (proc_pid_mountinfo(5)). It comes from memory, but the kernel writes it anew for each
 * reader: callers that come before a reading starts share it, later ones do not.
 */
export function listMounts(): Promise<readonly Mount[]> {
  due ??= new Promise((resolve, reject) => {
    setImmediate(() => {
      due = undefined;
      try {
        resolve(parseMountinfo(readFileSync(MOUNTINFO, 'utf8')));
      } catch (error) {
        reject(fromNode(error, 'list the mounts'));
      }
    });
  });
  return due;
}

/** The topmost mount at exactly this path, which has no symlinks in it. */
export function findMount(target: string): Mount | undefined {
  const mountinfo = readFileSync(MOUNTINFO, 'utf8');
  // Most paths asked for are not mounted, and parsing costs more than reading.
  const needle = ` ${escape(target)} `;
  if (!mountinfo.includes(needle)) return undefined;
  const lines = mountinfo.split('\n').filter((line) => line.includes(needle));
  const stacked = lines.map(parseLine).filter((entry) => entry.mount.target === target);
  return stacked.find(({ mount }) => !stacked.some(({ parent }) => parent === mount.id))?.mount;
}

/** The id that mountinfo has of the mount an open file is in. Throws as node:fs does. */
export function mountIdOf({ fd }: { fd: number }): number {
  return Number(/^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]);
}

/** Lines of the last text: from one reading to the next few of them change. */
let known: ReadonlyMap<string, Mount> = new Map<string, Mount>();

/** Parses the text of a mountinfo file. */
export function parseMountinfo(text: string): readonly Mount[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const mounts = lines.map((line) => [line, known.get(line) ?? parseLine(line).mount] as const);
  known = new Map(mounts);
  return mounts.map(([, mount]) => mount);
}

function parseLine(line: string): { mount: Mount; parent: number } {
  // Optional fields stand between the mount's options and a lone hyphen.
  const [own = '', filesystem = ''] = line.split(' - ', 2);
  const [id, parent, device = '', root = '', target = '', options = ''] = own.split(' ');
  const [fsType = '', source = '', superOptions = ''] = filesystem.split(' ');
  const optionList = options.split(',');
  const superList = superOptions.split(',');
  const mount = {
    id: Number(id),
    deviceNumber: deviceNumber(device),
    root: unescape(root),
    target: unescape(target),
    fsType: unescape(fsType),
    source: unescape(source),
    options: optionList,
    readOnly: optionList.includes('ro'),
    superReadOnly: superList.includes('ro'),
    superOptions: superList,
  };
  return { mount, parent: Number(parent) };
}

/** `7:3` in the bits of st_dev. */
function deviceNumber(text: string): number {
  const [major = 0, minor = 0] = text.split(':').map(Number);
  return (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x100000;
}

function escape(text: string): string {
  return text.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
