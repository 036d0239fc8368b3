import { basename, dirname } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import { within } from '../../pool/layout.ts';
import type { Pool } from '../../pool/pool.ts';
import { releaseLoops } from './release-loops.ts';

/** Why a volume is mounted in the pool's staging folder for a moment. */
const PURPOSES = ['replay', 'mount'] as const;

type Purpose = (typeof PURPOSES)[number];

/** Its name tells what is left of a call that did not end. */
export function momentaryPlace(pool: Pick<Pool, 'path'>, purpose: Purpose, id: string): string {
  return within(pool, 'staging', nameOf(purpose, id));
}

/** Whether it is a place of that kind for the volume. */
export function isMomentary(id: string, target: string): boolean {
  const names = PURPOSES.map((purpose) => nameOf(purpose, id));
  return names.includes(basename(target)) && basename(dirname(target)) === 'staging';
}

function nameOf(purpose: Purpose, id: string): string {
  return `${purpose}-${id}`;
}

/** Unmounts what calls that did not end have left of such mounts. Returns whether there was anything. */
export async function endMomentaryMounts(host: Host, id: string, usage: ImageUsage): Promise<boolean> {
  const left = usage.mounts.filter(({ target }) => isMomentary(id, target));
  for (const { target, device } of left) {
    await host.mounts.unmount(target);
    const isStillMounted = usage.mounts.some(
      (mount) => mount.device.path === device.path && !isMomentary(id, mount.target),
    );
    if (!isStillMounted) await releaseLoops(host, [device]);
    await host.files.remove(target);
  }
  return left.length > 0;
}
