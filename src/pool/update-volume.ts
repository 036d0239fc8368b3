import { isDeepStrictEqual } from 'node:util';
import { newStored, storedText } from '../domain/stored-json.ts';
import type { VolumeRecord } from './record.ts';
import { volumeRecordSchema } from './record.ts';
import { allOf } from './all-of.ts';
import { promiseRoom } from './capacity.ts';
import { requireUnused } from './delete-volume.ts';
import { promiseTo } from './directory-volume.ts';
import { requireVolume } from './find.ts';
import { imageUsage } from './image-usage.ts';
import { imagePath, recordPath } from './layout.ts';
import type { Pool } from './pool.ts';

export interface VolumeChange {
  /** Bytes; a size the volume has already is fine, it never shrinks. */
  readonly size?: number;
  readonly exclusive?: boolean;
  readonly provisioning?: VolumeRecord['provisioning'];
  readonly tags?: VolumeRecord['tags'];
  readonly deleteLock?: boolean;
  /** Null: none any more. */
  readonly ioLimits?: VolumeRecord['ioLimits'] | null;
  /** False: it has been filled. Nothing is filled a second time. */
  readonly populating?: false;
}

/**
 * Changes what of a volume can change; attached devices have the new size when it returns, the filesystem in it does
 * not. Takes the lock. Safe to repeat. Throws NotFound, ResourceExhausted when there is no room to grow, and
 * FailedPrecondition when what is filled is still in use, and when its I/O cannot be limited here; then the volume is as it
 * was.
 */
export async function updateVolume(
  pool: Pool,
  id: string,
  change: VolumeChange,
  options: { readonly signal?: AbortSignal } = {},
): Promise<VolumeRecord> {
  return pool.locks.run(id, options.signal, async () => {
    const record = await requireVolume(pool, id);
    const isFilled = record.populating === true && change.populating === false;
    const next = newStored(volumeRecordSchema, {
      ...record,
      size: Math.max(record.size, change.size ?? 0),
      exclusive: change.exclusive ?? record.exclusive,
      provisioning: change.provisioning ?? record.provisioning,
      tags: change.tags ?? record.tags,
      deleteLock: (change.deleteLock ?? record.deleteLock === true) ? true : undefined,
      ioLimits: change.ioLimits === undefined ? record.ioLimits : (change.ioLimits ?? undefined),
      ...(isFilled && { populating: undefined }),
    });
    if (isFilled) await syncFilled(pool, id);
    const becomesThick = next.provisioning === 'thick' && record.provisioning === 'thin';
    if (next.directory !== undefined) await promiseRoom(pool, promiseTo(next));
    else if (next.size > record.size || becomesThick) await fitImage(pool, record, next);
    const isLimited = !isDeepStrictEqual(next.ioLimits, record.ioLimits);
    const write = async (): Promise<void> => {
      if (storedText(next) !== storedText(record))
        await pool.host.files.replace(recordPath(pool, id), storedText(next));
    };
    // The image comes first: a crash in between leaves one that is larger than its record says, which harms nobody.
    if (isLimited) await limitThen(pool, record, next, write);
    else await write();
    return next;
  });
}

/** What was written to it is on disk, and nothing more will be. Throws FailedPrecondition while it is in use. */
async function syncFilled(pool: Pool, id: string): Promise<void> {
  await requireUnused(pool, id);
  await pool.host.images.sync(imagePath(pool, id));
}

/** A crash before `write` has ended leaves the limits to the next start, which reads the record. */
async function limitThen(
  pool: Pool,
  record: VolumeRecord,
  next: VolumeRecord,
  write: () => Promise<void>,
): Promise<void> {
  if (next.ioLimits !== undefined) await pool.ioLimiter.require(next);
  const { loops } = await imageUsage(pool, next.id);
  const devices = loops.filter(({ access }) => access !== 'foreign').map(({ device }) => device);
  const limit = (volume: VolumeRecord) => allOf(devices, (device) => pool.ioLimiter.attached(pool, volume, device));
  try {
    await limit(next);
    await write();
  } catch (error) {
    await limit(record).catch((left: unknown) => {
      pool.log.error({ volumeId: record.id, err: left }, 'the limits on the I/O of a volume are not as they were');
    });
    throw error;
  }
}

async function fitImage(pool: Pool, record: VolumeRecord, next: VolumeRecord): Promise<void> {
  const { id } = next;
  const { loops } = await imageUsage(pool, id);
  await promiseRoom(pool, promiseTo(next));
  try {
    // First: what is allocated must not be given back by what is deleted meanwhile.
    const devices = next.provisioning === 'thick' ? loops.filter(({ device }) => !device.readOnly) : [];
    for (const { device } of devices) await pool.host.loops.disableDiscard(device.path);
    await growImage(pool, imagePath(pool, id), next);
  } catch (error) {
    pool.ledger.put(promiseTo(record));
    throw error;
  }
  for (const { device } of loops) await pool.host.loops.refreshSize(device.path);
}

async function growImage(pool: Pool, image: string, { size, provisioning }: VolumeRecord): Promise<void> {
  const { images, files } = pool.host;
  const before = (await files.stat(image))?.size ?? 0;
  try {
    if (size > before) await images.resize(image, size);
    if (provisioning === 'thick') await images.allocate(image, size);
    await images.sync(image);
  } catch (error) {
    // No device shows the new part yet, so nothing can be in it.
    if (size > before) await images.resize(image, before);
    throw error;
  }
}
