import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { storedText } from '../domain/stored-json.ts';
import type { Host } from '../host/host.ts';
import { inParallel } from './in-parallel.ts';
import { dataPath, recordPath } from './layout.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Pool } from './pool.ts';
import type { DirectoryPart, VolumeRecord } from './record.ts';

/** A volume of a registered filesystem of kind `directory`: files in the pool, or nothing of it, and never an image. */
export type DirectoryVolumeRecord = VolumeRecord & { readonly directory: DirectoryPart; readonly fsType: string };

export function isDirectoryVolume(record: VolumeRecord): record is DirectoryVolumeRecord {
  return record.directory !== undefined && record.fsType !== undefined;
}

/** Bytes that a volume counts for in its pool. */
export function promisedBytes({ size, directory }: Pick<VolumeRecord, 'size' | 'directory'>): number {
  return directory?.stores === 'elsewhere' ? 0 : size;
}

/** What a volume counts for in its pool. */
export function promiseTo(record: VolumeRecord): LedgerEntry {
  const { id, uuid, directory, source } = record;
  const sharedPool = directory?.sharedPool;
  return {
    id,
    uuid,
    bytes: promisedBytes(record),
    ...(sharedPool !== undefined && { sharedPool }),
    ...(source?.kind === 'template' && { clonedFrom: source.id }),
  };
}

/** Where this node has the filesystem of such a volume mounted, once for all that show it. */
export function mountPointOf({ mountsDirectory }: Pick<Pool, 'mountsDirectory'>, id: string): string {
  return join(mountsDirectory, id);
}

/** The volume's files in the pool; undefined where it stores elsewhere. */
export function sourceOf(pool: Pick<Pool, 'path'>, { id, directory }: DirectoryVolumeRecord): string | undefined {
  return directory.stores === 'pool' ? dataPath(pool, id) : undefined;
}

/** Writes down how far the volume is made; durable when it returns. The volume's lock must be held. */
export async function notePrepared(
  pool: Pick<Pool, 'path' | 'host'>,
  record: DirectoryVolumeRecord,
  prepared: NonNullable<DirectoryPart['prepared']>,
): Promise<DirectoryVolumeRecord> {
  if (record.directory.prepared === prepared) return record;
  const next = { ...record, directory: { ...record.directory, prepared } };
  await pool.host.files.replace(recordPath(pool, record.id), storedText(next));
  return next;
}

/** Throws FailedPrecondition when the volume has no image that could be copied or cut. */
export function refuseDirectoryVolume({ id, fsType, directory }: VolumeRecord, what: 'snapshots' | 'clones'): void {
  if (directory === undefined) return;
  const message =
    `volume ${id} is a directory of ${String(fsType)}, which has no ${what}: copy its files into a new volume, ` +
    `or use a filesystem that is made in an image (ext4, xfs, btrfs)`;
  throw new VolumeError('FailedPrecondition', message);
}

/** Bytes on disk of all files below a directory; what vanishes meanwhile counts nothing. */
export async function allocatedBelow(files: Host['files'], directory: string): Promise<number> {
  return (await allocatedWithin(files, directory, { files: Infinity })) ?? 0;
}

/** As `allocatedBelow`; undefined when there are more files than the budget has, which is spent as they are looked at. */
export async function allocatedWithin(
  files: Host['files'],
  directory: string,
  budget: { files: number },
): Promise<number | undefined> {
  let sum = 0;
  const waiting = [directory];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const parent = next;
    const names = await files.list(parent);
    budget.files -= names.length;
    if (budget.files < 0) return undefined;
    const paths = names.map((name) => join(parent, name));
    const stats = await inParallel(paths, 16, (path) => files.stat(path));
    for (const [index, path] of paths.entries()) {
      sum += stats[index]?.allocated ?? 0;
      if (stats[index]?.kind === 'directory') waiting.push(path);
    }
  }
  return sum;
}
