import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import type { LoopDevice, Mount } from '../../src/host/host.ts';
import { backingFile } from './backing-file.ts';

const host = linuxHost();

export interface TemporaryDirectory {
  /** Absolute and without symlinks. */
  readonly path: string;
  /** Unmounts all beneath, detaches the loop devices whose files are beneath, and removes the directory. */
  cleanUp(): Promise<void>;
  /** As `cleanUp`, and throws when anything was still mounted or attached beneath. */
  cleanUpUnused(): Promise<void>;
  /** What is still mounted or attached beneath: a test that leaves nothing finds both empty. */
  leftovers(): Promise<Leftovers>;
}

export interface Leftovers {
  readonly mounts: readonly string[];
  readonly loops: readonly string[];
}

/** A new directory for one test's files, mounts and loop devices. */
export function temporaryDirectory(name = 'tome-test'): TemporaryDirectory {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  return {
    path,
    cleanUp: () => cleanUp(path),
    cleanUpUnused: () => cleanUpUnused(path),
    leftovers: () => leftoversBeneath(path),
  };
}

async function leftoversBeneath(directory: string): Promise<Leftovers> {
  const [mounts, loops] = await Promise.all([mountsBeneath(directory), loopsBeneath(directory)]);
  return { mounts: mounts.map(({ target }) => target), loops: loops.map(({ path }) => path) };
}

async function cleanUpUnused(directory: string): Promise<void> {
  const left = await leftoversBeneath(directory);
  await cleanUp(directory);
  if (left.mounts.length + left.loops.length > 0) throw new Error(`${directory} was in use: ${JSON.stringify(left)}`);
}

/** As many filesystems as tests have in each other's files. */
const LAYERS = 4;

async function cleanUp(directory: string): Promise<void> {
  // A filesystem on a loop device whose file is in another mount beneath: take off the top layer again and again.
  for (let round = 0; round < 60; round++) {
    const mounts = await mountsBeneath(directory);
    const loops = await loopsBeneath(directory);
    if (mounts.length === 0 && loops.length === 0) break;
    // What was killed a moment ago may still have something open.
    if (round > LAYERS) await delay(50);
    for (const mount of mounts) await unmount(mount);
    for (const loop of await loopsBeneath(directory)) await host.loops.detach(loop.path).catch(() => undefined);
  }
  const left = { mounts: await mountsBeneath(directory), loops: await loopsBeneath(directory) };
  if (left.mounts.length + left.loops.length > 0) {
    throw new Error(`${directory} is still in use: ${JSON.stringify(left)}`);
  }
  await rm(directory, { recursive: true, force: true });
}

/** The newest first: what is mounted below or upon another comes off before it. */
async function mountsBeneath(directory: string): Promise<readonly Mount[]> {
  const mounts = await host.mounts.list();
  return mounts.filter(({ target }) => `${target}/`.startsWith(`${directory}/`)).toReversed();
}

async function loopsBeneath(directory: string): Promise<readonly LoopDevice[]> {
  const loops = await host.loops.list();
  return loops.filter((loop) => backingFile(loop)?.startsWith(`${directory}/`));
}

/** A test that failed half way may leave a frozen filesystem, or a mount in use by a process that just dies. */
async function unmount({ target }: Mount): Promise<void> {
  await host.mounts.thaw(target).catch(() => undefined);
  await host.mounts.unmount(target).catch(() => undefined);
}
