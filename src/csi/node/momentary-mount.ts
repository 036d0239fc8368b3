import { basename, dirname } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import { releaseLoops } from './release-loops.ts';

/** Why a volume is mounted in the pool's staging folder for a moment. */
const PURPOSES = ['replay', 'mount'] as const;

/** The name of the place: it tells what is left of a call that did not end. */
export function momentaryName(purpose: (typeof PURPOSES)[number], id: string): string {
  return `${purpose}-${id}`;
}

/** Unmounts what calls that did not end have left of such mounts. Returns whether there was anything. */
export async function endMomentaryMounts(host: Host, id: string, usage: ImageUsage): Promise<boolean> {
  const names = PURPOSES.map((purpose) => momentaryName(purpose, id));
  const isLeft = (target: string) => names.includes(basename(target)) && basename(dirname(target)) === 'staging';
  const left = usage.mounts.filter(({ target }) => isLeft(target));
  for (const { target, device } of left) {
    await host.mounts.unmount(target);
    const isStillMounted = usage.mounts.some((mount) => mount.device.path === device.path && !isLeft(mount.target));
    if (!isStillMounted) await releaseLoops(host, [device]);
    await host.files.remove(target);
  }
  return left.length > 0;
}
