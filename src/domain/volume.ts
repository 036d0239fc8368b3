import * as z from 'zod';
import { accessModes } from './access.ts';
import { ioLimitsSchema } from './io-limits.ts';
import { answerFields, requestFields, type Resource } from './resource.ts';

export const sourceSchema = z.object({ kind: z.enum(['volume', 'snapshot', 'template']), id: z.string() });
/** What a volume is copied from. */
export type ContentSource = z.infer<typeof sourceSchema>;

/** What ControllerPublishVolume granted. */
export const attachmentSchema = z.object({
  nodeName: z.string(),
  readOnly: z.boolean(),
  accessMode: z.enum(accessModes),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** What a node has mounted, as its agent saw it: told after the fact. */
export const mountSchema = z.object({ nodeName: z.string(), readOnly: z.boolean() });
export type VolumeMount = z.infer<typeof mountSchema>;

/** One thing wrong with a volume, in the terms of CSI's VolumeHealth. */
export const healthEntrySchema = z.object({
  status: z.enum(['DEGRADED', 'INACCESSIBLE', 'DATA_LOSS']),
  reason: z.string(),
  message: z.string(),
});
export type HealthEntry = z.infer<typeof healthEntrySchema>;

/**
 * What makes a managed volume: an existing directory of the host. The container's `containerUid` and `containerGid` act as
 * the host's `uid` and `gid`.
 */
export const managedSchema = z.object({
  /** Absolute and normalised, beneath one of the node's allowed roots. */
  hostPath: z.string(),
  uid: z.int().nonnegative(),
  gid: z.int().nonnegative(),
  containerUid: z.int().nonnegative(),
  containerGid: z.int().nonnegative(),
});
export type Managed = z.infer<typeof managedSchema>;

/** What makes an image volume what it is; fixed at creation, but for its size, which can grow. */
export const imageFields = {
  name: z.string(),
  /** New for each creation, so that a volume deleted and made again is not mistaken for the old one. */
  uuid: z.uuid(),
  /** Bytes, a multiple of 4 KiB. */
  size: z.int(),
  volumeMode: z.enum(['Filesystem', 'Block']),
  /** A registered filesystem. Absent for block volumes and managed ones. */
  fsType: z.string().optional(),
  /** What the StorageClass gives for the `arguments` that a registered filesystem declares. */
  arguments: z.record(z.string(), z.string()).optional(),
  /** Set for a directory that pods of several nodes, or with ReadWriteMany several pods, may write to at once. */
  sharing: z.literal('many').optional(),
  provisioning: z.enum(['thin', 'thick']),
  exclusive: z.boolean(),
  mkfsOptions: z.array(z.string()),
  source: sourceSchema.optional(),
  /** The StorageClass parameters as given: the same name with others is ALREADY_EXISTS. */
  parameters: z.record(z.string(), z.string()).default({}),
  /** Set at creation and by ControllerModifyVolume. */
  tags: z.record(z.string(), z.string()).default({}),
  /** With `true` it cannot be deleted. Set at creation and by ControllerModifyVolume. */
  deleteLock: z.boolean().optional(),
  /** Hard limits, kept by the node that has it attached. Set at creation and by ControllerModifyVolume. */
  ioLimits: ioLimitsSchema.optional(),
  accessModes: z.array(z.enum(accessModes)).default([]),
  /** Set until it has been filled: nobody may use or copy it before, but who fills it. */
  populating: z.literal(true).optional(),
  /** The PersistentVolumeClaim it was made for, `namespace/name`, where the orchestrator told it. */
  claim: z.string().optional(),
};

export const volumeSpecSchema = z.object({
  ...requestFields,
  ...imageFields,
  /** Set for a managed volume: then its size is 0, since it has none, and there is no image. */
  managed: managedSchema.optional(),
  /**
   * The one node that may show it, of those that share its pool: set for a managed volume in what nodes share that is not
   * to be shared itself.
   */
  home: z.string().optional(),
  /** Id of the Pool resource that has it. */
  pool: z.string(),
  attachments: z.array(attachmentSchema),
  /**
   * Set when CreateVolume gave up waiting for it, and taken away before a later call answers with it: until then nobody can
   * have used it, and it may be made anew elsewhere.
   */
  unanswered: z.literal(true).optional(),
});
export type VolumeSpec = z.infer<typeof volumeSpecSchema>;

export const volumeStatusSchema = z.object({
  ...answerFields,
  ready: z.boolean(),
  /** Bytes of the image as it is; 0 before it exists. */
  size: z.int(),
  health: z.array(healthEntrySchema),
  mounts: z.array(mountSchema).default([]),
  /** The revision of the deletion for which its home has let go of it: from then on that node does not show it. */
  released: z.int().optional(),
});
export type VolumeStatus = z.infer<typeof volumeStatusSchema>;

/** Before an agent has looked. */
export const unmadeVolume: VolumeStatus = { observedRevision: 0, ready: false, size: 0, health: [], mounts: [] };

export type Volume = Resource<VolumeSpec, VolumeStatus>;
