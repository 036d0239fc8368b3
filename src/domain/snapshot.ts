import * as z from 'zod';
import { answerFields, requestFields, type Resource } from './resource.ts';

/** What people give a snapshot, its record has too. */
export const snapshotMarks = {
  /** With `true` it cannot be deleted. */
  deleteLock: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
};

/** What makes a snapshot a template, its record has too. */
export const templateFields = {
  /** Set for a template: its name. */
  template: z.string().optional(),
  /** Set for a template that is a copy of a snapshot. */
  sourceSnapshotId: z.string().optional(),
  /** Set for a template that takes the place of its source volume: that one's uuid. */
  convertedUuid: z.uuid().optional(),
};

export const snapshotSpecSchema = z.object({
  ...requestFields,
  name: z.string(),
  uuid: z.uuid(),
  sourceVolumeId: z.string(),
  /** As the source volume's: what is restored from it must be the same. */
  volumeMode: z.enum(['Filesystem', 'Block']),
  fsType: z.string().optional(),
  pool: z.string(),
  /** As the source volume's, so that it counts for the same quotas: the claim that is for, `namespace/name`. */
  claim: z.string().optional(),
  /** The same: the parameter `storageClass` of its class. */
  storageClass: z.string().optional(),
  /** Set when the snapshot was cut with others; then it is deleted only with them. */
  groupId: z.string().optional(),
  parameters: z.record(z.string(), z.string()),
  ...snapshotMarks,
  ...templateFields,
});
export type SnapshotSpec = z.infer<typeof snapshotSpecSchema>;

export const snapshotStatusSchema = z.object({
  ...answerFields,
  ready: z.boolean(),
  /** Bytes a volume restored from it needs at least. */
  size: z.int(),
  /** Bytes its image held at the cut: what it counts for in the pool. */
  heldBytes: z.int(),
  /** Moment of the cut, ISO 8601. */
  creationTime: z.string().optional(),
});
export type SnapshotStatus = z.infer<typeof snapshotStatusSchema>;

/** Before an agent has looked. */
export const uncutSnapshot: SnapshotStatus = { observedRevision: 0, ready: false, size: 0, heldBytes: 0 };

export type Snapshot = Resource<SnapshotSpec, SnapshotStatus>;
