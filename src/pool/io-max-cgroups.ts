import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { HostError, isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';
import { lineOf, noIoMaxLine } from './io-max.ts';

/** CGROUP2_SUPER_MAGIC of statfs(2). */
const CGROUP2 = 0x63677270;

/** The root of the control groups of this machine. */
export interface Cgroups {
  readonly host: Host;
  /** Where cgroup v2 is mounted. */
  readonly root: string;
}

/** What this machine lacks for limits on I/O; undefined when nothing is missing, as far as can be seen. Changes nothing. */
export async function whyNoIoLimits({ host, root }: Cgroups): Promise<string | undefined> {
  try {
    const { type } = await host.files.usage(root);
    if (type !== CGROUP2) return `${root} is not cgroup v2: start the machine with systemd.unified_cgroup_hierarchy=1`;
    const controllers = await words(host, join(root, 'cgroup.controllers'));
    // Every group but the root has this file.
    if ((await host.files.stat(join(root, 'cgroup.events'))) !== undefined) {
      return `${root} is not the root of the control groups but one of them, as a container has it: share the host's with the driver`;
    }
    if (!controllers.includes('io'))
      return `${root} has no controller io: the kernel must have it, and none of cgroup v1`;
    return undefined;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return `there is no cgroup v2 to be used at ${root}: ${error.message}`;
  }
}

/** Turns the controller on for the groups below the root. Throws FailedPrecondition when there is no io.max even then. */
export async function enableIoMax({ host, root }: Cgroups): Promise<void> {
  const control = join(root, 'cgroup.subtree_control');
  if (!(await words(host, control)).includes('io')) await host.cgroups.set(control, '+io');
  for (const group of await host.cgroups.children(root)) {
    if ((await host.files.stat(join(group, 'io.max'))) !== undefined) return;
  }
  const message = `no control group in ${root} has io.max: the kernel must have CONFIG_BLK_DEV_THROTTLING`;
  throw new VolumeError('FailedPrecondition', message);
}

/** Has this line in every group below the root, and so for all processes but those in the root itself. Throws HostError. */
export async function keepLine({ host, root }: Cgroups, device: string, line: string): Promise<void> {
  for (const group of await host.cgroups.children(root)) {
    await unlessGone(host, group, async (file) => {
      if (lineOf(device, (await host.files.read(file)) ?? '') !== line) await host.cgroups.set(file, line);
    });
  }
}

/** Takes these lines of a device away, wherever one of them is; what somebody else has written stays. Throws HostError. */
export async function clearLines({ host, root }: Cgroups, device: string, lines: readonly string[]): Promise<void> {
  for (const group of await host.cgroups.children(root)) {
    await unlessGone(host, group, async (file) => {
      const line = lineOf(device, (await host.files.read(file)) ?? '');
      if (line !== undefined && lines.includes(line)) await host.cgroups.set(file, noIoMaxLine(device));
    });
  }
}

/** Groups come and go. */
async function unlessGone(host: Host, group: string, work: (file: string) => Promise<void>): Promise<void> {
  try {
    await work(join(group, 'io.max'));
  } catch (error) {
    if (!isHostError(error, 'ENOENT', 'ENODEV') || (await host.files.stat(group)) !== undefined) throw error;
  }
}

async function words(host: Host, file: string): Promise<readonly string[]> {
  return ((await host.files.read(file)) ?? '').trim().split(/\s+/);
}
