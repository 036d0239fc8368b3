import * as z from 'zod';

/** What every resource in the catalog has around its spec (desired) and status (observed). */
export interface Resource<Spec, Status> {
  readonly id: string;
  /** Changes with every write; what compare-and-swap compares. Its text has no other meaning. */
  readonly version: string;
  readonly spec: Spec;
  readonly status: Status;
}

/** Why the agent could not do what the spec asks for; settled until the spec's revision rises again. */
export const failureSchema = z.object({ reason: z.string(), message: z.string() });
export type Failure = z.infer<typeof failureSchema>;

/** Bytes copied so far of a copy that runs in the background. */
export const progressSchema = z.object({ copiedBytes: z.number(), totalBytes: z.number() });
export type Progress = z.infer<typeof progressSchema>;

/**
 * The part of every spec through which the controller asks the agent for work. A rise of `revision` is a request; the
 * agent answers by setting `status.observedRevision` to it, with `failure` set when it could not.
 */
export const requestFields = {
  desired: z.enum(['Present', 'Absent']),
  revision: z.int(),
};

export const answerFields = {
  observedRevision: z.int(),
  failure: failureSchema.optional(),
  progress: progressSchema.optional(),
};

/** Whether the agent has answered the spec's newest request. */
export function isSettled(resource: { spec: { revision: number }; status: { observedRevision: number } }): boolean {
  return resource.status.observedRevision >= resource.spec.revision;
}
