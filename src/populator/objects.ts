import * as z from 'zod';
import { apiGroup } from '../catalog/kubernetes/kinds.ts';
import { volumeImportSpecSchema, volumeImportStatusSchema } from '../domain/volume-import.ts';
import { FINALIZER } from './settings.ts';

/** Kinds that a claim's `dataSourceRef` may name: what it is filled with, and what it is a clone of. */
export const IMPORTS = 'VolumeImport';
export const CLONES = 'VolumeTemplate';

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  uid: z.string(),
  resourceVersion: z.string(),
  annotations: z.record(z.string(), z.string()).default({}),
  finalizers: z.array(z.string()).default([]),
  ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  deletionTimestamp: z.string().optional(),
});

export const claimSchema = z.object({
  metadata,
  spec: z.object({
    accessModes: z.array(z.string()).default([]),
    resources: z.looseObject({}).optional(),
    storageClassName: z.string().optional(),
    volumeMode: z.string().default('Filesystem'),
    volumeName: z.string().optional(),
    volumeAttributesClassName: z.string().optional(),
    dataSourceRef: z
      .object({
        apiGroup: z.string().optional(),
        kind: z.string(),
        name: z.string(),
        namespace: z.string().optional(),
      })
      .optional(),
  }),
});
export type Claim = z.infer<typeof claimSchema>;

/** Whether it is to get what it names from here. A source in another namespace is none of ours: nobody has allowed that. */
export function isPopulated({ spec: { dataSourceRef: ref } }: Claim): boolean {
  return ref?.apiGroup === apiGroup && ref.namespace === undefined && (ref.kind === IMPORTS || ref.kind === CLONES);
}

/** To be given a volume yet, or to be tidied up after. */
export function isOpen({ metadata, spec }: Claim): boolean {
  return (
    metadata.finalizers.includes(FINALIZER) ||
    (spec.volumeName === undefined && metadata.deletionTimestamp === undefined)
  );
}

export const persistentVolumeSchema = z.object({
  metadata,
  spec: z.object({
    claimRef: z.object({ uid: z.string().optional() }).optional(),
    csi: z.object({ driver: z.string(), volumeHandle: z.string() }).optional(),
  }),
});

const terminated = z.object({
  exitCode: z.number(),
  reason: z.string().optional(),
  message: z.string().optional(),
  finishedAt: z.string().optional(),
});

export const podSchema = z.object({
  metadata,
  spec: z.object({ nodeName: z.string().optional() }),
  status: z.object({
    phase: z.string().default('Pending'),
    message: z.string().optional(),
    conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() })).default([]),
    containerStatuses: z
      .array(
        z.object({
          state: z.object({
            waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
            running: z.object({}).optional(),
            terminated: terminated.optional(),
          }),
        }),
      )
      .default([]),
  }),
});
export type Pod = z.infer<typeof podSchema>;

/** `lastTimestamp` is empty in those of the newer API. */
export const eventSchema = z.object({
  lastTimestamp: z
    .string()
    .nullish()
    .transform((time) => time ?? ''),
  message: z.string().default(''),
});

export const secretSchema = z.object({ metadata, data: z.record(z.string(), z.string()).default({}) });

export const storageClassSchema = z.object({
  metadata,
  provisioner: z.string(),
  volumeBindingMode: z.string().default('Immediate'),
});
export type StorageClass = z.infer<typeof storageClassSchema>;

export const volumeImportSchema = z.object({
  metadata,
  spec: volumeImportSpecSchema,
  status: volumeImportStatusSchema.default({ claims: [] }),
});
export type VolumeImport = z.infer<typeof volumeImportSchema>;
