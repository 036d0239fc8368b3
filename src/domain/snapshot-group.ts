import * as z from 'zod';
import { answerFields, requestFields, type Resource } from './resource.ts';

export const groupMemberSchema = z.object({
  sourceVolumeId: z.string(),
  snapshotId: z.string(),
  uuid: z.uuid(),
});
export type GroupMember = z.infer<typeof groupMemberSchema>;

export const snapshotGroupSpecSchema = z.object({
  ...requestFields,
  name: z.string(),
  uuid: z.uuid(),
  pool: z.string(),
  members: z.array(groupMemberSchema),
  parameters: z.record(z.string(), z.string()),
});
export type SnapshotGroupSpec = z.infer<typeof snapshotGroupSpecSchema>;

export const snapshotGroupStatusSchema = z.object({
  ...answerFields,
  ready: z.boolean(),
  creationTime: z.string().optional(),
});
export type SnapshotGroupStatus = z.infer<typeof snapshotGroupStatusSchema>;

/** Before an agent has looked. */
export const uncutGroup: SnapshotGroupStatus = { observedRevision: 0, ready: false };

/** Snapshots of several volumes, cut at one moment: all of them or none. */
export type SnapshotGroup = Resource<SnapshotGroupSpec, SnapshotGroupStatus>;
