import * as z from 'zod';
import { snapshotMarks, templateFields } from '../domain/snapshot.ts';
import { imageFields } from '../domain/volume.ts';

/** Whose an ephemeral volume is, as far as the orchestrator has told. */
const ephemeralSchema = z.object({
  /** The orchestrator's id of it; the record's own id is made from this one. */
  handle: z.string(),
  podNamespace: z.string().optional(),
  podName: z.string().optional(),
  podUid: z.string().optional(),
});
export type EphemeralOwner = z.infer<typeof ephemeralSchema>;

/** How a volume of a registered filesystem of kind `directory` is here, which has no image. */
const directorySchema = z.object({
  /** `pool`: its files are in `data` beside the record, and its size is promised; `elsewhere`: neither. */
  stores: z.enum(['pool', 'elsewhere']),
  /** Set before a hook first makes something of it, and `done` once its `format` has succeeded. */
  prepared: z.enum(['begun', 'done']).optional(),
  /** Id of the Pool resource that it is in, where several nodes share it: each of them has a record of its own. */
  sharedPool: z.string().optional(),
});
export type DirectoryPart = z.infer<typeof directorySchema>;

/** Bytes to which the filesystem was last made or grown, where its superblock cannot be read. */
const filesystemSize = z.int().optional();

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
  /** Set when a pod asked for the volume inline: made by its publish, deleted by its unpublish, and in no catalog. */
  ephemeral: ephemeralSchema.optional(),
  directory: directorySchema.optional(),
  filesystemSize,
});
/** What stands beside a volume's image or data: enough to stage it, or to take it over, with no catalog at all. */
export type VolumeRecord = z.infer<typeof volumeRecordSchema>;

export const snapshotRecordSchema = z.object({
  format: z.literal(1),
  kind: z.literal('snapshot'),
  id: z.string(),
  name: z.string(),
  uuid: z.uuid(),
  sourceVolumeId: z.string(),
  /** Of the source volume: the claim that it is for, and the parameter `storageClass` of its class. */
  claim: z.string().optional(),
  storageClass: z.string().optional(),
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
  ...snapshotMarks,
  ...templateFields,
  /** The template from which the volume was cloned that has become this one. */
  clonedFrom: z.string().optional(),
  filesystemSize,
});
export type SnapshotRecord = z.infer<typeof snapshotRecordSchema>;
