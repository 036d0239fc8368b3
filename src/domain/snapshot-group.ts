import * as z from 'zod';
import { answerFields, requestFields, type Resource } from './resource.ts';
import { snapshotMarks } from './snapshot.ts';

export const groupMemberSchema = z.object({
  sourceVolumeId: z.string(),
  snapshotId: z.string(),
  uuid: z.uuid(),
  /** Set for a template: its name. It is no snapshot of the group then, and lives on its own. */
  template: z.string().optional(),
  /** Set for a template that takes the place of its volume: that one's uuid. */
  convertedUuid: z.uuid().optional(),
});
export type GroupMember = z.infer<typeof groupMemberSchema>;

export const snapshotGroupSpecSchema = z.object({
  ...requestFields,
  name: z.string(),
  uuid: z.uuid(),
  pool: z.string(),
  members: z.array(groupMemberSchema),
  parameters: z.record(z.string(), z.string()),
  /** What its templates get. */
  ...snapshotMarks,
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

/**
 * Whether it makes templates. Then it is no more than the way to make all or none of them: once they are there they are
 * on their own, and the group goes without them.
 */
export function makesTemplates({ members }: Pick<SnapshotGroupSpec, 'members'>): boolean {
  return members.some(({ template }) => template !== undefined);
}
