import * as z from 'zod';

const terminatedSchema = z.object({
  exitCode: z.int(),
  signal: z.int().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

const containerStatusSchema = z.object({
  state: z
    .object({
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
      running: z.unknown().optional(),
      terminated: terminatedSchema.optional(),
    })
    .default({}),
});

export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    containers: z
      .array(z.object({ image: z.string(), command: z.array(z.string()), args: z.array(z.string()).default([]) }))
      .min(1),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      containerStatuses: z.array(containerStatusSchema).default([]),
    })
    .default({ containerStatuses: [] }),
});

/** A pod, as far as the driver looks at it. */
export type Pod = z.infer<typeof podSchema>;

export function isTerminating({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Whether its program has ended, or never can be started again. */
export function isFinished({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}

export function hasSucceeded({ status }: Pod): boolean {
  return status.phase === 'Succeeded';
}

/** Why the kubelet does not start a container, when that does not pass by itself within moments. */
const STUCK = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
];

/** What keeps it from running, in the words of the kubelet; undefined while nothing does. */
export function problemOf(pod: Pod): string | undefined {
  const { phase, reason, message, containerStatuses } = pod.status;
  const { waiting, terminated } = containerStatuses[0]?.state ?? {};
  if (terminated !== undefined) return `it ended with ${endingOf(terminated)}`;
  // Refused by the kubelet, evicted, or lost with its node.
  if (phase === 'Failed') return [reason ?? 'it failed', message].filter(Boolean).join(': ');
  if (waiting?.reason !== undefined && STUCK.includes(waiting.reason)) {
    return [waiting.reason, waiting.message].filter(Boolean).join(': ');
  }
  return undefined;
}

/** What it waits for, for a person who waits for it. */
export function waitingFor({ status }: Pod): string {
  const [container] = status.containerStatuses;
  if (container?.state.running !== undefined) return 'it runs';
  const { reason, message } = container?.state.waiting ?? {};
  return [reason ?? status.reason ?? status.phase ?? 'nobody has taken it up', message ?? status.message]
    .filter(Boolean)
    .join(': ');
}

function endingOf({ exitCode, signal, reason }: z.infer<typeof terminatedSchema>): string {
  const how = signal ? `signal ${signal}` : `exit code ${exitCode}`;
  return reason === undefined || reason === 'Error' || reason === 'Completed' ? how : `${how} (${reason})`;
}
