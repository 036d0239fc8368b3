import type { PoolResource } from '../domain/pool.ts';
import type { Quota } from '../domain/quota.ts';
import type { Resource } from '../domain/resource.ts';
import type { SnapshotGroup } from '../domain/snapshot-group.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Volume } from '../domain/volume.ts';

/** Desired and observed state of everything: where the controller and the agents meet. */
export interface Catalog {
  readonly volumes: Collection<Volume>;
  readonly snapshots: Collection<Snapshot>;
  readonly groups: Collection<SnapshotGroup>;
  readonly pools: Collection<PoolResource>;
  readonly quotas: Collection<Quota>;
  /** Throws Unavailable when the catalog cannot be read and written now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The fields a list can be narrowed by; a field that a kind does not have matches nothing. */
export interface ListQuery {
  /** Ids above this one, in ascending order. */
  readonly after?: string;
  readonly limit?: number;
  readonly pool?: string;
  readonly sourceVolumeId?: string;
  readonly groupId?: string;
  /** The name of a node. */
  readonly attachedTo?: string;
  /** All that there is now, whatever watches have told so far, and also what this process does not watch. */
  readonly isExact?: true;
}

export interface Change<R> {
  readonly id: string;
  /** Undefined when the resource is gone. */
  readonly resource: R | undefined;
}

/** Every write is one compare-and-swap. A write resolves when it is on disk, but for `updateStatus`: see there. */
export interface Collection<R extends Resource<unknown, unknown>> {
  find(id: string): Promise<R | undefined>;
  /** In ascending order of ids. */
  list(query?: ListQuery): Promise<readonly R[]>;
  /**
   * Throws ConflictError when the id is taken. Resolves when it is on disk, but listeners may hear of it before: an image
   * that is made meanwhile carries all of this in its record, and is adopted should the catalog have lost it.
   */
  create(id: string, spec: R['spec'], status: R['status']): Promise<R>;
  /** Replaces the spec. Throws ConflictError when the resource is gone or no longer of this version. */
  update(resource: R, spec: R['spec']): Promise<R>;
  /**
   * Replaces the status; as `update`, but may return before it is on disk: a status is what was seen, and an agent
   * that restarts sees it again.
   */
  updateStatus(resource: R, status: R['status']): Promise<R>;
  /** Throws ConflictError when the resource is no longer of this version; one that is gone already is fine. */
  remove(resource: R): Promise<void>;
  /**
   * As `remove`, but may return before it is on disk: for what an agent has seen to be gone, which is desired to be so.
   * Should it come back with a power cut, an agent sees it again.
   */
  forget(resource: R): Promise<void>;
  /**
   * Resolves when every write that can be seen now is on disk, but for statuses: before a caller is told that what it
   * asks for is so already, because another one has just written it.
   */
  durable(): Promise<void>;
  /**
   * Calls `listener` after each write (to the resource `id` alone, when that is given), in the order of the writes to
   * one resource, and never before the write is visible and, but for a creation or a status, on disk. Returns how to stop it. A
   * listener that throws does not disturb the writer: its error becomes an uncaught exception of the process.
   */
  watch(listener: (change: Change<R>) => void, id?: string): () => void;
}

/** The resource is not what the writer has read: read it again and decide anew. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}
