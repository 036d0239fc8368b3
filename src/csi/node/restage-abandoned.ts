import type { PinnedPath } from '../../host/host.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import { isAbandoned } from './abandoned-mount.ts';
import type { NodeDeps } from './deps.ts';
import { stageFilesystem } from './stage-filesystem.ts';

/**
 * Mounts a staging anew whose program has ended, as it was held: an orchestrator that has staged a volume once only
 * publishes it from then on. Throws FailedPrecondition while it is published elsewhere.
 */
export async function restageAbandoned(
  volume: FoundVolume,
  { loops: [loop] }: ImageUsage,
  { staging, mountFlags }: { staging: PinnedPath; mountFlags: readonly string[] },
  deps: NodeDeps,
): Promise<void> {
  if (loop === undefined || loop.access === 'foreign' || !(await isAbandoned(volume, staging))) return;
  await stageFilesystem({ ...volume, access: loop.access, mountFlags }, staging.resolved, deps);
}
