import type { Access } from '../domain/access.ts';
import type { LoopDevice } from '../host/host.ts';
import { imageUsage, type ImageUsage } from './image-usage.ts';
import { imagePath } from './layout.ts';
import { loopLabel } from './loop-label.ts';
import type { Pool } from './pool.ts';
import type { VolumeRecord } from './record.ts';

/**
 * The loop device for a volume, read-only down to the device for readers. One of ours that holds the image in the same
 * way is used again, and takes the label of the new access; who may have it is for the caller to know, who holds the
 * volume's lock. `close` when it is mounted, or to give up: with `autoclear` a new device that nothing else has open is
 * unbound then. `usage` is what the kernel says, when the caller has asked it already. Its I/O is limited as the volume's is
 * to be, unless `unlimited`, which is for what the driver does with it for a moment. Throws FailedPrecondition where it cannot be.
 */
export async function attachImage(
  pool: Pool,
  record: VolumeRecord,
  options: {
    readonly access: Access;
    readonly autoclear: boolean;
    readonly usage?: ImageUsage;
    readonly unlimited?: true;
  },
): Promise<{ device: LoopDevice; close(): void }> {
  const { access, autoclear } = options;
  const limited: Pick<VolumeRecord, 'id' | 'ioLimits'> = options.unlimited ? { id: record.id } : record;
  if (limited.ioLimits !== undefined) await pool.ioLimiter.require(record);
  const readOnly = access === 'reader';
  const label = loopLabel(pool, record.id, access);
  const { loops } = options.usage ?? (await imageUsage(pool, record.id));
  const present = loops.find((loop) => loop.access !== 'foreign' && loop.device.readOnly === readOnly)?.device;
  if (present !== undefined) {
    if (present.label !== label) await pool.host.loops.setLabel(present.path, label);
    await pool.ioLimiter.attached(pool, limited, present);
    return { device: { ...present, label }, close: () => undefined };
  }
  const fresh = limited.ioLimits !== undefined || pool.ioLimiter.mayHaveLeft;
  const attached = await pool.host.loops.attach({
    file: imagePath(pool, record.id),
    readOnly,
    autoclear,
    directIo: true,
    fresh,
    sectorSize: record.sectorSize,
    label,
  });
  try {
    // A preallocated image keeps its blocks, whatever is deleted in it.
    if (record.provisioning === 'thick') await pool.host.loops.disableDiscard(attached.device.path);
    await pool.ioLimiter.attached(pool, limited, attached.device, fresh);
  } catch (error) {
    attached.close();
    throw error;
  }
  return attached;
}
