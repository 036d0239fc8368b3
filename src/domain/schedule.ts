import * as z from 'zod';
import type { Resource } from './resource.ts';

/** A snapshot stays while any of these keeps it. */
export const keepSchema = z.object({
  /** So many of the newest, of each volume. */
  count: z.int().min(1).optional(),
  /** All that are younger than this: such as `12h`, `30d`. */
  for: z.string().optional(),
});
export type Keep = z.infer<typeof keepSchema>;

/** When snapshots are made, of which volumes, and which of them stay. */
export const scheduleSpecSchema = z.object({
  name: z.string(),
  /** New for each creation: what a schedule of the same name made before is not this one's. */
  uuid: z.uuid(),
  /** Five fields of cron. */
  schedule: z.string(),
  /** Of the IANA database. */
  timeZone: z.string(),
  /** Volumes by name, or all that have these tags. */
  selector: z.object({ volumes: z.array(z.string()), tags: z.record(z.string(), z.string()) }),
  keep: keepSchema,
  suspend: z.boolean(),
  /** All volumes are cut at one moment, as one group snapshot. */
  together: z.boolean(),
  /** ISO 8601. */
  created: z.string(),
});
export type ScheduleSpec = z.infer<typeof scheduleSpecSchema>;

/** From when on times count as missed, and the rule that they are told by: a change of it does not reach back. */
export const countingSchema = z.object({ from: z.string(), rule: z.string() });

/** What one time has led to. */
export const outcomeSchema = z.object({
  /** The time it was for, ISO 8601. */
  time: z.string(),
  made: z.int(),
  /** What could not be made, one sentence each. */
  problems: z.array(z.string()),
});
export type Outcome = z.infer<typeof outcomeSchema>;

export const scheduleStatusSchema = z.object({
  counting: countingSchema.optional(),
  /** The newest time that is done with, ISO 8601. */
  lastTime: z.string().optional(),
  lastOutcome: outcomeSchema.optional(),
  /** ISO 8601; absent while it is suspended. */
  next: z.string().optional(),
  /** What should be deleted by now and is not, one sentence each. */
  kept: z.array(z.string()).default([]),
});
export type ScheduleStatus = z.infer<typeof scheduleStatusSchema>;

/** Before anybody has looked. */
export const newSchedule: ScheduleStatus = { kept: [] };

export type Schedule = Resource<ScheduleSpec, ScheduleStatus>;
