import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { HostError, isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';
import { allOf } from './all-of.ts';
import { linesOf, noIoMaxLine } from './io-max.ts';

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
    const { type, readOnly } = await host.files.usage(root);
    if (type !== CGROUP2) return `${root} is not cgroup v2: start the machine with systemd.unified_cgroup_hierarchy=1`;
    if (readOnly) return `${root} is mounted read-only: give the driver what it may write`;
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

/** Throws FailedPrecondition, saying what this machine lacks. */
export async function requireCgroups(cgroups: Cgroups): Promise<void> {
  const missing = await whyNoIoLimits(cgroups);
  if (missing !== undefined) throw new VolumeError('FailedPrecondition', missing);
}

/**
 * Turns the controller on for the groups below the root, also where somebody has turned it off since, as systemd may: all
 * limits are gone then. Throws FailedPrecondition when this machine lacks something, or there is no io.max even then.
 */
export async function enableIoMax(cgroups: Cgroups): Promise<void> {
  const { host, root } = cgroups;
  await requireCgroups(cgroups);
  const control = join(root, 'cgroup.subtree_control');
  if (!(await words(host, control)).includes('io')) await host.cgroups.set(control, '+io');
  for (const group of await host.cgroups.children(root)) {
    if ((await host.files.stat(join(group, 'io.max'))) !== undefined) return;
  }
  const message = `no control group in ${root} has io.max: the kernel must have CONFIG_BLK_DEV_THROTTLING`;
  throw new VolumeError('FailedPrecondition', message);
}

/**
 * Has these lines, by their devices, in every group below the root, and so for all processes but those in the root itself.
 * Throws HostError, once all that can be done is.
 */
export async function keepLines({ host, root }: Cgroups, wanted: ReadonlyMap<string, string>): Promise<void> {
  await allOf(await host.cgroups.children(root), (group) =>
    unlessGone(host, group, async (file) => {
      const text = await host.files.read(file);
      // A threaded group, whose processes count for the root.
      if (text === undefined) return;
      const present = linesOf(text);
      const other = [...wanted].filter(([device, line]) => present.get(device) !== line);
      await allOf(other, ([, line]) => host.cgroups.set(file, line));
    }),
  );
}

/**
 * Takes these lines of a device away, wherever one of them is, and what somebody else has written stays; without any, whatever
 * is there. Throws HostError, once all that can be done is.
 */
export async function clearLines({ host, root }: Cgroups, device: string, lines: readonly string[]): Promise<void> {
  const isOurs = (line: string): boolean => lines.length === 0 || lines.includes(line);
  await allOf(await host.cgroups.children(root), (group) =>
    unlessGone(host, group, async (file) => {
      const line = linesOf((await host.files.read(file)) ?? '').get(device);
      if (line !== undefined && isOurs(line)) await host.cgroups.set(file, noIoMaxLine(device));
    }),
  );
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
