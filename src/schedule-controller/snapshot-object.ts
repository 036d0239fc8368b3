import * as z from 'zod';
import { isNameOfCut, SCHEDULE_UID } from './names.ts';

/** A VolumeSnapshot or VolumeGroupSnapshot, as far as a schedule looks at it. */
export const snapshotSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({ source: z.object({ persistentVolumeClaimName: z.string().default('') }) }),
  status: z
    .object({
      readyToUse: z.boolean().default(false),
      creationTime: z.string().optional(),
      boundVolumeSnapshotContentName: z.string().optional(),
      boundVolumeGroupSnapshotContentName: z.string().optional(),
      error: z.object({ message: z.string().default('') }).optional(),
    })
    .default({ readyToUse: false }),
});
export type SnapshotObject = z.infer<typeof snapshotSchema>;

/**
 * By its annotation, and by its name: a label or a name alone makes nothing a schedule's own, and one that a person has made
 * under another name of what the schedule's looks like (`kubectl get -o yaml`) is the person's.
 */
export function isMadeBy({ metadata }: SnapshotObject, { uid, name }: { readonly uid: string; readonly name: string }) {
  return metadata.annotations[SCHEDULE_UID] === uid && isNameOfCut(metadata.name, name);
}
