import * as z from 'zod';
import { VolumeError } from '../domain/errors.ts';
import {
  snapshotScheduleSpecSchema,
  snapshotScheduleStatusSchema,
  type SnapshotSchedule,
} from '../domain/snapshot-schedule.ts';

const metadataSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
  }),
});

const bodySchema = z.object({ spec: snapshotScheduleSpecSchema, status: snapshotScheduleStatusSchema.optional() });

/** What work on it is called: `namespace/name`. */
export function keyOf(object: unknown): string {
  const { namespace, name } = metadataSchema.parse(object).metadata;
  return `${namespace}/${name}`;
}

/** Undefined for one that is being deleted. Throws Internal for one that is not what this driver understands. */
export function readSchedule(object: unknown): SnapshotSchedule | undefined {
  const { metadata } = metadataSchema.parse(object);
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const parsed = bodySchema.safeParse(object);
  const { namespace, name, uid, resourceVersion: version, creationTimestamp: created } = metadata;
  if (!parsed.success) {
    const problem = z.prettifyError(parsed.error);
    throw new VolumeError('Internal', `SnapshotSchedule ${namespace}/${name} cannot be understood: ${problem}`);
  }
  const { spec, status = { conditions: [] } } = parsed.data;
  return { namespace, name, uid, version, created, spec, status };
}
