import type { V1Pod } from '@kubernetes/client-node';

/** All containers run, and have passed their probes. */
export function isReady(pod: V1Pod | undefined): boolean {
  return pod?.metadata?.deletionTimestamp === undefined && conditionOf(pod, 'Ready') === 'True';
}

export function conditionOf(pod: V1Pod | undefined, type: string): string | undefined {
  return pod?.status?.conditions?.find((condition) => condition.type === type)?.status;
}

export function restartsOf(pod: V1Pod): number {
  return pod.status?.containerStatuses?.reduce((sum, { restartCount }) => sum + restartCount, 0) ?? 0;
}
