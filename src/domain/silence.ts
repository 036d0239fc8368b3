import type { PoolResource } from './pool.ts';

/** Milliseconds: an agent writes its heartbeat at least this often. */
export const HEARTBEAT_MS = 30_000;

/** Milliseconds without a heartbeat after which nobody is taken to act for a pool. */
const SILENCE_MS = 90_000;

/**
 * Since when the pool's agent has not answered, ISO 8601; undefined when it does, and for a pool without a heartbeat: its
 * agent is in the same process. Compares the node's clock with this one: more than a minute between them would be noticed
 * everywhere else in a cluster first.
 */
export function silentSince({ status: { heartbeat } }: PoolResource, now: number): string | undefined {
  return heartbeat !== undefined && now - Date.parse(heartbeat) > SILENCE_MS ? heartbeat : undefined;
}

/** What is the matter, and the one step that there is when the node does not come back. */
export function silenceMessage({ id, spec }: PoolResource, since: string): string {
  const step = `kubectl delete pools.tome.storage ${id}`;
  return `node ${spec.agent} has not answered since ${since}; if it is gone for good: ${step} (frees its volumes, their data is lost with the disk)`;
}
