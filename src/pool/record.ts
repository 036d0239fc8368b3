import * as z from 'zod';
import { messageOf, VolumeError } from '../domain/errors.ts';
import { imageFields } from '../domain/volume.ts';

export const volumeRecordSchema = z.object({
  format: z.literal(1),
  kind: z.literal('volume'),
  id: z.string(),
  ...imageFields,
  /**
   * Logical sector size of the loop device, in bytes. 4096 is what direct I/O needs on every filesystem; fixed here, so
   * that a partition table or an XFS made with it fits wherever the image is attached.
   */
  sectorSize: z.literal(4096).default(4096),
  createdAt: z.iso.datetime(),
});
/** What stands beside a volume's image: enough to stage it, or to take it over, with no catalog at all. */
export type VolumeRecord = z.infer<typeof volumeRecordSchema>;

export const snapshotRecordSchema = z.object({
  format: z.literal(1),
  kind: z.literal('snapshot'),
  id: z.string(),
  name: z.string(),
  uuid: z.uuid(),
  sourceVolumeId: z.string(),
  /** Set when it was cut together with others. */
  groupId: z.string().optional(),
  /** Bytes a volume restored from it needs at least. */
  size: z.int(),
  /** Bytes its image held at the cut: what it counts for in the pool. */
  heldBytes: z.int(),
  /** Moment of the cut. */
  creationTime: z.iso.datetime(),
  volumeMode: imageFields.volumeMode,
  fsType: imageFields.fsType,
  provisioning: imageFields.provisioning,
  exclusive: imageFields.exclusive,
  mkfsOptions: imageFields.mkfsOptions,
});
export type SnapshotRecord = z.infer<typeof snapshotRecordSchema>;

const formatSchema = z.object({ format: z.number().optional() }).catch({});

/** A new record, just as it will be read back: without what is undefined, or no field of it. Throws ZodError. */
export function newRecord<R extends VolumeRecord | SnapshotRecord>(schema: z.ZodType<R>, fields: object): R {
  return schema.parse(JSON.parse(JSON.stringify(fields)));
}

/** The record as the file holds it. */
export function recordText(record: VolumeRecord | SnapshotRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * Reads a record. Throws FailedPrecondition for one that a newer version wrote, DataLoss for one that makes no sense or
 * stands in the wrong directory; `path` is for the message.
 */
export function parseRecord<R extends VolumeRecord | SnapshotRecord>(
  text: string,
  expected: { schema: z.ZodType<R>; id: string; path: string },
): R {
  const { schema, id, path } = expected;
  const json = parseJson(text, path);
  const { format } = formatSchema.parse(json);
  if (format !== undefined && format > 1) {
    const message = `${path} has format ${format}, from a newer version of this driver: start that one`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const { success, data, error } = schema.safeParse(json);
  if (!success) throw unreadable(path, z.prettifyError(error));
  if (data.id !== id) throw unreadable(path, `it is the record of ${data.id}`);
  return data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(path, messageOf(error));
  }
}

function unreadable(path: string, why: string): VolumeError {
  return new VolumeError('DataLoss', `${path} cannot be understood, the image beside it is kept: ${why}`);
}
