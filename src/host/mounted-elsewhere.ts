import { readdir, readFile, readlink } from 'node:fs/promises';
import { nodeErrorCode, fromNode } from './errno.ts';
import type { LoopDevice } from './host.ts';

export interface NamedProcess {
  readonly pid: number;
  /** Of at most 15 characters (proc_pid_comm(5)). */
  readonly name: string;
}

/**
 * Processes of other mount namespaces in which this device is mounted, in the order of their ids. A namespace has copies of
 * the mounts of the one that it was made in, and an unmount here leaves them where mounts are private. Only processes that
 * /proc shows: in a container those of its own PID namespace. Throws HostError.
 */
export async function mountedElsewhere(device: LoopDevice): Promise<readonly NamedProcess[]> {
  const own = await viewOf('self');
  // What they see is the same for all of one namespace that have the same root.
  const views = new Map<string, string[]>();
  for (const pid of await processIds()) {
    const view = await viewOf(pid);
    if (view !== undefined && view !== own) views.set(view, [...(views.get(view) ?? []), pid]);
  }
  const processes: NamedProcess[] = [];
  for (const pids of views.values()) {
    if (!(await isMounted(device, pids))) continue;
    for (const pid of pids) {
      const name = await unlessGone(pid, () => readFile(`/proc/${pid}/comm`, 'utf8'));
      if (name !== undefined) processes.push({ pid: Number(pid), name: name.trim() });
    }
  }
  return processes.toSorted((one, other) => one.pid - other.pid);
}

async function processIds(): Promise<readonly string[]> {
  try {
    return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  } catch (error) {
    throw fromNode(error, 'list the processes');
  }
}

/** Undefined as `unlessGone`. */
function viewOf(pid: string): Promise<string | undefined> {
  return unlessGone(pid, async () => `${await readlink(`/proc/${pid}/ns/mnt`)} ${await readlink(`/proc/${pid}/root`)}`);
}

/** On a worker thread: there may be thousands of mounts in each of hundreds of namespaces. */
async function isMounted(device: LoopDevice, pids: readonly string[]): Promise<boolean> {
  for (const pid of pids) {
    const mountinfo = await unlessGone(pid, () => readFile(`/proc/${pid}/mountinfo`, 'utf8'));
    if (mountinfo !== undefined) return shows(mountinfo, device);
  }
  return false;
}

/** By its number; by its path where files have the number of no block device, as those of btrfs. */
function shows(mountinfo: string, { deviceNumber, path }: LoopDevice): boolean {
  const major = (deviceNumber >>> 8) & 0xfff;
  const minor = (deviceNumber & 0xff) + (deviceNumber >>> 20) * 0x100;
  return mountinfo.split('\n').some((line) => {
    const [own = '', filesystem = ''] = line.split(' - ', 2);
    const [, , number = ''] = own.split(' ');
    const [, source] = filesystem.split(' ');
    return number === `${major}:${minor}` || (number.startsWith('0:') && source === path);
  });
}

/** Undefined for a process that has ended, or that this one may not look into. */
async function unlessGone<T>(pid: string, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    // EINVAL: it is ending, and is in no namespace any more.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'].includes(nodeErrorCode(error) ?? '')) return undefined;
    throw fromNode(error, `look at process ${pid}`);
  }
}
