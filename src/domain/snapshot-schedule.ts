import * as z from 'zod';
import { countingSchema, keepSchema, outcomeSchema } from './schedule.ts';

/** Of Kubernetes: all of it must be true of an object. */
export const labelSelectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});
export type LabelSelector = z.infer<typeof labelSelectorSchema>;

/** As a person writes it: what is to be snapshotted in its namespace, when, and which of it stays. */
export const snapshotScheduleSpecSchema = z.object({
  schedule: z.string(),
  timeZone: z.string().default('UTC'),
  claimSelector: labelSelectorSchema,
  snapshotClassName: z.string().optional(),
  keep: keepSchema,
  suspend: z.boolean().default(false),
  together: z.boolean().default(false),
});
export type SnapshotScheduleSpec = z.infer<typeof snapshotScheduleSpecSchema>;

/** As Kubernetes has them in every status. */
export const conditionSchema = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: z.string(),
});
export type Condition = z.infer<typeof conditionSchema>;

export const snapshotScheduleStatusSchema = z.object({
  counting: countingSchema.optional(),
  lastTime: z.string().optional(),
  lastOutcome: outcomeSchema.optional(),
  next: z.string().optional(),
  conditions: z.array(conditionSchema).default([]),
});
export type SnapshotScheduleStatus = z.infer<typeof snapshotScheduleStatusSchema>;

/** One of them, in a cluster. */
export interface SnapshotSchedule {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly version: string;
  readonly created: string;
  readonly spec: SnapshotScheduleSpec;
  readonly status: SnapshotScheduleStatus;
}
