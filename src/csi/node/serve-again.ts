import { VolumeError } from '../../domain/errors.ts';
import { attachImage } from '../../pool/attach-image.ts';
import { mountOf, type ImageMount } from '../../pool/image-mount.ts';
import { imageUsage, type ImageUsage } from '../../pool/image-usage.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { NodeDeps } from './deps.ts';
import { endPods } from './end-pods.ts';
import { filesystemOf } from './grow-filesystem.ts';
import { endMomentaryMounts } from './momentary-mount.ts';
import { mountAside } from './mount-device.ts';
import { notedMountFlags } from './mount-flags.ts';
import { withPath } from './paths.ts';
import type { Staging } from './plan-staging.ts';
import { damaged } from './prepare-unmounted.ts';
import { unmountAll } from './unmount.ts';
import { accessOfMount } from './volume-usage.ts';

/**
 * Mounts a filesystem whose pod has ended in another pod, as it was, and shows it wherever the dead one is shown: a process
 * that looks its path up again sees it, and a container that starts anew; one that runs keeps the dead one. The volume's lock
 * must be held. Safe to repeat after a crash at any point. False when it is not known how it was mounted.
 */
export async function serveAgain(volume: FoundVolume, dead: readonly ImageMount[], deps: NodeDeps): Promise<boolean> {
  const { pool, record } = volume;
  const { host } = deps;
  const look = () => imageUsage(pool, record.id);
  await endMomentaryMounts(host, record.id, await look());
  const usage = await look();
  const [first] = dead;
  const access = first && accessOfMount(usage, first);
  const mountFlags = await notedMountFlags(pool, record.id);
  if (access === undefined || mountFlags === undefined) return false;
  // Some places may show the new one already, by an earlier call that did not end.
  const alive = usage.mounts.find(({ target, root }) => root === '/' && !dead.some((mount) => mount.target === target));
  if (alive !== undefined) await withPath(deps, alive.target, ({ path }) => showAt(dead, path, deps));
  else await mountAnew({ pool, record, access, mountFlags }, usage, (place) => showAt(dead, place, deps));
  const old = usage.loops.filter((loop) => loop.access !== 'foreign' && loop.device.path !== alive?.device.path);
  for (const { device } of old) await letGo(volume, device.path);
  return true;
}

/** What the dead program has written is all in the image when the next one begins, and it writes no more. */
async function mountAnew(
  staging: Staging,
  { loops }: ImageUsage,
  show: (place: string) => Promise<void>,
): Promise<void> {
  const { pool, record, access } = staging;
  const { host } = pool;
  await endPods(staging);
  for (const { device } of loops) await host.loops.flush(device.path);
  // The kernel keeps the dead filesystem on its device for as long as a container shows it, so this has another one.
  const loop = await attachImage(pool, record, { access, autoclear: false, usage: { loops: [], mounts: [] } });
  loop.close();
  try {
    await requireSound(staging, loop.device.path);
    await mountAside(staging, loop.device.path, show);
  } catch (error) {
    const isShown = (await host.mounts.list()).some((mount) => mountOf(loop.device, mount) !== undefined);
    if (isShown) throw error;
    await endPods(staging);
    await host.loops.detach(loop.device.path);
    throw error;
  }
}

async function requireSound(staging: Staging, device: string): Promise<void> {
  const filesystem = filesystemOf(staging.pool, staging.record);
  const damage = filesystem.checksFirst ? await filesystem.check(device) : '';
  if (damage !== '') throw damaged(staging, damage);
}

async function showAt(dead: readonly ImageMount[], source: string, deps: NodeDeps): Promise<void> {
  const { host } = deps;
  for (const target of new Set(dead.map((mount) => mount.target))) {
    const layers = dead.filter((mount) => mount.target === target);
    const readOnly = layers.at(-1)?.readOnly ?? false;
    await withPath(deps, target, async (path) => {
      await unmountAll(host, path, layers.length);
      // A part of it (subPath) is for the kubelet to show when the container starts again; all would be more than that.
      if (layers.at(-1)?.root === '/') await host.mounts.bind({ source, target: path.path, readOnly });
    });
  }
}

/** The kernel frees the device when the last container that shows the dead filesystem has ended. */
async function letGo({ pool, record }: FoundVolume, device: string): Promise<void> {
  try {
    await pool.host.loops.detach(device);
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    pool.log.info({ volumeId: record.id, device, err: error }, 'a container still shows the filesystem that has ended');
  }
}
