import * as z from 'zod';
import type { Resource } from './resource.ts';

const namespacedSchema = z.object({ namespace: z.string(), name: z.string() });

/** As a person writes it: what is to become a template, named as the resource is. */
export const volumeTemplateSpecSchema = z.object({
  /** One of them. */
  source: z.object({
    /** A Volume resource. */
    volume: z.string().optional(),
    /** A Snapshot resource. */
    snapshot: z.string().optional(),
    persistentVolumeClaim: namespacedSchema.optional(),
    volumeSnapshot: namespacedSchema.optional(),
  }),
  /** The volume itself becomes the template. */
  convert: z.boolean().default(false),
  /** The VolumeTemplateGroup that has made the template, at one moment with others: so it is never made alone. */
  group: z.string().optional(),
  deleteLock: z.boolean().default(false),
  tags: z.record(z.string(), z.string()).default({}),
  /** Readers see Absent once somebody has deleted it. */
  desired: z.enum(['Present', 'Absent']).default('Present'),
});
export type VolumeTemplateSpec = z.infer<typeof volumeTemplateSpecSchema>;

export const volumeTemplateStatusSchema = z.object({
  state: z.enum(['Pending', 'Ready', 'Deleting', 'Failed']),
  /** Why it is not ready, or not gone. */
  message: z.string(),
  /** The Snapshot resource that it is; set before that is made. */
  snapshot: z.string().optional(),
  /** What that is to be known by, set at the same time: one of this name with another uuid is somebody else's. */
  uuid: z.uuid().optional(),
  /** Bytes a volume cloned from it needs at least. */
  size: z.int(),
  node: z.string().optional(),
  /** How many volumes are clones of it. */
  clones: z.int(),
});
export type VolumeTemplateStatus = z.infer<typeof volumeTemplateStatusSchema>;

/** Before a controller has looked. */
export const unseenTemplate: VolumeTemplateStatus = { state: 'Pending', message: '', size: 0, clones: 0 };

export type VolumeTemplate = Resource<VolumeTemplateSpec, VolumeTemplateStatus>;
