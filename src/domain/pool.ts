import * as z from 'zod';
import type { Resource } from './resource.ts';

/** A directory of the host beneath which managed volumes may be. */
export const managedRootSchema = z.object({
  path: z.string(),
  /** A distributed filesystem that is mounted there on every node that has this root. */
  shared: z.boolean(),
});
export type ManagedRoot = z.infer<typeof managedRootSchema>;

/** What the pools of managed volumes are called; no pool of images may be. */
export const managedPoolName = 'managed';

/** The Pool of a node's own managed volumes: while it is there, the node is not given up. */
export function managedPoolId(nodeName: string): string {
  return `${nodeName}.${managedPoolName}`;
}

/** In place of a node, in the ids of pools that nodes share. */
const SHARED = 'shared';

/**
 * The one pool of the volumes that pods of several nodes share, in directories that all those nodes have. No node may be
 * called `shared` that has managed volumes.
 */
export const sharedManagedPoolId = `${SHARED}.${managedPoolName}`;

/** The one pool of the volumes of a registered filesystem that stores elsewhere, which pods of several nodes share. */
export function sharedFilesystemPoolId(filesystem: string): string {
  return `${SHARED}.${filesystem}`;
}

/** Whether it is of several nodes, one of whose agents acts for it. */
export function isShared({ id, spec }: { readonly id: string; readonly spec: Pick<PoolSpec, 'filesystem'> }): boolean {
  return id === sharedManagedPoolId || spec.filesystem !== undefined;
}

/** Whether it is a directory of a node in which images live: all others have neither room nor size. */
export function hasImages({ spec }: { readonly spec: Pick<PoolSpec, 'managedRoots' | 'filesystem'> }): boolean {
  return spec.managedRoots === undefined && spec.filesystem === undefined;
}

/** Whether it is a place of managed volumes, which has neither room nor size. */
export function isManagedPool({ spec }: { readonly spec: Pick<PoolSpec, 'managedRoots'> }): boolean {
  return spec.managedRoots !== undefined;
}

export const poolSpecSchema = z.object({
  /** The name a StorageClass gives as `pool`; each node may have a pool of this name. */
  name: z.string(),
  /** Set for the place of a node's managed volumes, which has roots instead of images, and neither capacity nor size. */
  managedRoots: z.array(managedRootSchema).optional(),
  /** Set for the place of what many nodes share of this registered filesystem, which has neither capacity nor size. */
  filesystem: z.string().optional(),
  /** The node whose agent acts for the pool. */
  agent: z.string(),
  /** The nodes that reach the pool's data. */
  nodes: z.array(z.string()),
  /**
   * Volumes that were placed here, were never answered, and were made elsewhere while nobody acted for the pool: the agent
   * removes what it has made of them, and strikes them off.
   */
  discard: z.array(z.object({ id: z.string(), uuid: z.uuid() })).optional(),
});
export type PoolSpec = z.infer<typeof poolSpecSchema>;

export const poolConditionSchema = z.object({
  status: z.enum(['DEGRADED', 'UNREACHABLE']),
  reason: z.string(),
  message: z.string(),
});
export type PoolCondition = z.infer<typeof poolConditionSchema>;

export const poolStatusSchema = z.object({
  /** False until the agent has opened the pool, and when it has lost it. */
  ready: z.boolean(),
  uuid: z.string().optional(),
  reflink: z.boolean(),
  /** Whether the node can keep volumes to limits on their I/O; absent where its agent does not know of them. */
  ioLimits: z.boolean().optional(),
  /** What the node lacks for that; empty when nothing. */
  ioLimitsProblem: z.string().optional(),
  /** All in bytes. `capacity` is what may be promised in all; `available` what of it is left. */
  capacity: z.int(),
  promised: z.int(),
  used: z.int(),
  available: z.int(),
  /** Configured bounds for one volume, in bytes. */
  minimumVolumeSize: z.int(),
  maximumVolumeSize: z.int(),
  conditions: z.array(poolConditionSchema),
  /** When the agent last reported, ISO 8601, to half a minute: an agent that is silent for longer is not there. */
  heartbeat: z.string().optional(),
});
export type PoolStatus = z.infer<typeof poolStatusSchema>;

/** Before its agent has opened it. */
export const unknownPool: PoolStatus = {
  ready: false,
  reflink: false,
  capacity: 0,
  promised: 0,
  used: 0,
  available: 0,
  minimumVolumeSize: 0,
  maximumVolumeSize: 0,
  conditions: [],
};

export type PoolResource = Resource<PoolSpec, PoolStatus>;
