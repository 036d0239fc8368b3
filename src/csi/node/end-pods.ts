import type { Host } from '../../host/host.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import type { FoundVolume } from '../../pool/pool-set.ts';
import { filesystemOf } from './grow-filesystem.ts';
import { endMomentaryMounts, isMomentary, momentaryPlace } from './momentary-mount.ts';

/**
 * Ends the pods of a volume's filesystem, which must not be mounted but at its momentary place. Before its devices are
 * released: a program that begins late would work on what is another volume's by then. Returns whether it has pods.
 */
export async function endPods(volume: FoundVolume): Promise<boolean> {
  const { pool, record } = volume;
  if (!isInPods(volume)) return false;
  await filesystemOf(pool, record).endPods?.(momentaryPlace(pool, 'mount', record.id));
  return true;
}

/** Whether the programs of the volume's filesystem run in pods. */
export function isInPods({ pool, record }: FoundVolume): boolean {
  const { fsType, directory } = record;
  // One that is registered no more can still be taken off.
  if (fsType === undefined || directory !== undefined || !pool.filesystems.names.includes(fsType)) return false;
  return filesystemOf(pool, record).endPods !== undefined;
}

/**
 * Ends what calls that did not end have left of a volume, and returns what the kernel has of it then: `look` asks it. Pods
 * stay as long as anybody has the volume.
 */
export async function endLeft(
  host: Host,
  { id, volume, usage }: { id: string; volume: FoundVolume | undefined; usage: ImageUsage },
  look: () => Promise<ImageUsage>,
): Promise<ImageUsage> {
  const isInUse = usage.mounts.some(({ target }) => !isMomentary(id, target));
  const hadPods = volume !== undefined && !isInUse && (await endPods(volume));
  const present = hadPods ? await look() : usage;
  return (await endMomentaryMounts(host, id, present)) ? look() : present;
}
