import { dirname, join } from 'node:path';
import type { Mount } from '../host/host.ts';
import { detachStack } from '../filesystem/registered/stacked-mounts.ts';
import type { MountPodDeps } from './deps.ts';
import type { Pod } from './pod-status.ts';
import { ROLE, VOLUME } from './settings.ts';

export interface LeftoversDeps extends MountPodDeps {
  /** Where filesystems are mounted, each in a directory of its volume's id. */
  readonly mountsDirectory: string;
  /** Whether the image of the volume is attached to a device: then its pods are for whoever unstages it, or stages it anew. */
  readonly isAttached: (volumeId: string) => Promise<boolean>;
  /** Runs `work` when nothing else is done with the volume. */
  readonly exclusively: (volumeId: string, work: () => Promise<void>) => Promise<void>;
}

const ENDING_MS = 90_000;

/**
 * Removes the pods of this node that nobody needs any more: hooks whose caller has ended, and mounts that are shown nowhere
 * else, and of no device that is attached: that is what stays when the driver ends in the middle of staging, or the node
 * loses its mounts. Safe at any time; whoever stages such a volume mounts it again.
 */
export async function removeLeftovers(deps: LeftoversDeps): Promise<void> {
  const { client, settings, exclusively } = deps;
  const pods = await client.list({ ...settings.labels }, settings.nodeName);
  for (const pod of pods) {
    const volumeId = pod.metadata.labels[VOLUME];
    if (volumeId !== undefined) await exclusively(volumeId, () => removeIfLeft(deps, pod, volumeId));
  }
}

async function removeIfLeft(deps: LeftoversDeps, { metadata }: Pod, volumeId: string): Promise<void> {
  const { host, client, log, mountsDirectory, isAttached } = deps;
  const isMount = metadata.labels[ROLE] === 'mount';
  const target = join(mountsDirectory, volumeId);
  if (isMount && (isShown(await host.mounts.list(), target) || (await isAttached(volumeId)))) return;
  log.info({ pod: metadata.name, volumeId }, 'a pod that was left is removed');
  if (isMount && dirname(target) === mountsDirectory) await detachStack(host, target);
  await client.removeAndWait(metadata.name, ENDING_MS);
  await client.remove('secrets', metadata.name);
}

/** Whether what is mounted at `target` is mounted anywhere else, too. */
function isShown(mounts: readonly Mount[], target: string): boolean {
  const own = mounts.findLast((mount) => mount.target === target);
  return own !== undefined && mounts.some((mount) => mount !== own && mount.deviceNumber === own.deviceNumber);
}
