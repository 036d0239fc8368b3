import * as z from 'zod';
import type { Resource } from './resource.ts';
import { labelSelectorSchema } from './snapshot-schedule.ts';

/** As a person writes it: which volumes are to become templates together, all of them or none. */
export const volumeTemplateGroupSpecSchema = z.object({
  /** One of them. */
  source: z.object({
    pod: z.object({ namespace: z.string(), name: z.string() }).optional(),
    claims: z.object({ namespace: z.string(), selector: labelSelectorSchema }).optional(),
  }),
  /** The volumes themselves become the templates. */
  convert: z.boolean().default(false),
  /** What each template is called: `{group}` and `{claim}` stand for the names of this resource and of the claim. */
  names: z.string().default('{group}-{claim}'),
  deleteLock: z.boolean().default(false),
  tags: z.record(z.string(), z.string()).default({}),
  /** Readers see Absent once somebody has deleted it. */
  desired: z.enum(['Present', 'Absent']).default('Present'),
});
export type VolumeTemplateGroupSpec = z.infer<typeof volumeTemplateGroupSpecSchema>;

export const templateGroupMemberSchema = z.object({
  claim: z.string(),
  /** A Volume resource. */
  volume: z.string(),
  /** The name of the template, and of the VolumeTemplate resource. */
  template: z.string(),
  /** What the template is to be known by: nobody else makes one with it. */
  uuid: z.uuid(),
});
export type TemplateGroupMember = z.infer<typeof templateGroupMemberSchema>;

export const volumeTemplateGroupStatusSchema = z.object({
  state: z.enum(['Pending', 'Ready', 'Failed']),
  /** Why it is not ready. */
  message: z.string(),
  /** Written before anything is made, and never changed: so every look and every replica makes the same. */
  members: z.array(templateGroupMemberSchema),
  /** Claims that are not of this driver. */
  leftOut: z.array(z.string()),
  /** Moment of the cut, ISO 8601. */
  creationTime: z.string().optional(),
});
export type VolumeTemplateGroupStatus = z.infer<typeof volumeTemplateGroupStatusSchema>;

/** Before a controller has looked. */
export const unseenTemplateGroup: VolumeTemplateGroupStatus = {
  state: 'Pending',
  message: '',
  members: [],
  leftOut: [],
};

export type VolumeTemplateGroup = Resource<VolumeTemplateGroupSpec, VolumeTemplateGroupStatus>;
