import { saysServerEnded } from '../../host/corrupt-mount.ts';
import { whyUnreadable } from '../../host/why-unreadable.ts';
import { devicePathOf, type ImageMount } from '../../pool/image-mount.ts';
import { imageUsage } from '../../pool/image-usage.ts';
import { volumeInLabel } from '../../pool/loop-label.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import type { NodeDeps } from './deps.ts';
import { isInPods } from './end-pods.ts';
import { isMomentary } from './momentary-mount.ts';
import { serveAgain } from './serve-again.ts';
import { changingUsage } from './volume-lock.ts';

/** Volumes with an image that a program serves in a pod, by what is mounted here. */
export async function servedInPods({ host, pools, filesystems }: NodeDeps): Promise<readonly string[]> {
  const { names, rulebook } = filesystems;
  const hasPods = (name: string) => rulebook.get(name).kind === 'image' && filesystems.get(name).endPods !== undefined;
  if (!names.some(hasPods)) return [];
  const mounts = (await host.mounts.list()).filter(({ fsType }) => fsType.startsWith('fuse'));
  const ids = new Set<string>();
  for (const path of new Set(mounts.map(devicePathOf))) {
    const device = path === undefined ? undefined : await host.loops.find(path);
    for (const pool of pools.all()) {
      const id = device && volumeInLabel(device.label, pool);
      if (id !== undefined) ids.add(id);
    }
  }
  return [...ids];
}

/** Has the volume served again when the program that served it in a pod has ended. */
export async function keepServed(deps: NodeDeps, id: string): Promise<void> {
  const whenDead = async (use: (volume: FoundVolume, dead: readonly ImageMount[]) => Promise<void>): Promise<void> => {
    const volume = await deps.pools.find(id);
    if (volume === undefined || !isInPods(volume)) return;
    const dead = await deadMounts(volume);
    if (dead.length > 0) await use(volume, dead);
  };
  await whenDead(async () => {
    deps.onHealthChanged?.(id);
    await changingUsage(deps, id, undefined, () =>
      whenDead(async (volume, dead) => {
        if (!(await serveAgain(volume, dead, deps))) return;
        deps.log.warn({ volumeId: id }, 'the pod that served the filesystem has ended, and another one serves it now');
      }),
    );
    deps.onHealthChanged?.(id);
  });
}

/** Where the volume is mounted, and the program that served it there has ended. */
async function deadMounts({ pool, record }: FoundVolume): Promise<readonly ImageMount[]> {
  const dead: ImageMount[] = [];
  for (const mount of (await imageUsage(pool, record.id)).mounts) {
    if (mount.kind === 'block' || isMomentary(record.id, mount.target)) continue;
    if (saysServerEnded(await whyUnreadable(pool.host, mount.target))) dead.push(mount);
  }
  return dead;
}
