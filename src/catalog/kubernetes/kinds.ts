import type { z } from 'zod';
import { poolSpecSchema, poolStatusSchema, unknownPool, type PoolSpec, type PoolStatus } from '../../domain/pool.ts';
import {
  quotaSpecSchema,
  quotaStatusSchema,
  uncountedQuota,
  type QuotaSpec,
  type QuotaStatus,
} from '../../domain/quota.ts';
import {
  snapshotGroupSpecSchema,
  snapshotGroupStatusSchema,
  uncutGroup,
  type SnapshotGroupSpec,
  type SnapshotGroupStatus,
} from '../../domain/snapshot-group.ts';
import {
  snapshotSpecSchema,
  snapshotStatusSchema,
  uncutSnapshot,
  type SnapshotSpec,
  type SnapshotStatus,
} from '../../domain/snapshot.ts';
import {
  unmadeVolume,
  volumeSpecSchema,
  volumeStatusSchema,
  type VolumeSpec,
  type VolumeStatus,
} from '../../domain/volume.ts';
import type { ListQuery } from '../catalog.ts';
import { groupDisplay, poolDisplay, quotaDisplay, snapshotDisplay, volumeDisplay, type Display } from './display.ts';
import type { Labels } from './labels.ts';

export const apiGroup = 'tome.storage';
export const apiVersion = 'v1alpha1';

/** Keeps a resource until the agent has removed its image, also when a person deletes it. */
export const imageFinalizer = 'tome.storage/image';

/** What the custom resource of one kind holds. */
export interface Kind<Spec, Status> {
  readonly name: string;
  readonly plural: string;
  readonly spec: z.ZodType<Spec>;
  readonly status: z.ZodType<Status>;
  /** What it means that nobody has written a status yet. */
  readonly emptyStatus: Status;
  readonly display: (spec: Spec, status: Status) => Display;
  /** The fields a list can be narrowed by. */
  readonly filters: Partial<Record<Filter, (spec: Spec, value: string) => boolean>>;
  /**
   * The spec as readers see it once somebody has deleted the resource; undefined for a kind without an image, which
   * nothing keeps.
   */
  readonly doomed: ((spec: Spec) => Spec) | undefined;
  /** What becomes labels of the object. */
  readonly tags?: (spec: Spec) => Labels;
  /** The fields that a person who makes one by hand may leave out, as the object itself has them. */
  readonly ownFields?: (object: { readonly name: string; readonly uid: string }) => Partial<Spec>;
}

export type Filter = Exclude<keyof ListQuery, 'after' | 'limit' | 'isExact'>;

const inPool = ({ pool }: { readonly pool: string }, value: string): boolean => pool === value;

export const volumeKind: Kind<VolumeSpec, VolumeStatus> = {
  name: 'Volume',
  plural: 'volumes',
  spec: volumeSpecSchema,
  status: volumeStatusSchema,
  emptyStatus: unmadeVolume,
  display: volumeDisplay,
  filters: {
    pool: inPool,
    attachedTo: ({ attachments }, value) => attachments.some(({ nodeName }) => nodeName === value),
  },
  doomed: toBeRemoved,
  tags: ({ tags }) => tags,
  ownFields: ({ name, uid }) => ({ name, uuid: uid }),
};

export const snapshotKind: Kind<SnapshotSpec, SnapshotStatus> = {
  name: 'Snapshot',
  plural: 'snapshots',
  spec: snapshotSpecSchema,
  status: snapshotStatusSchema,
  emptyStatus: uncutSnapshot,
  display: snapshotDisplay,
  filters: {
    pool: inPool,
    sourceVolumeId: ({ sourceVolumeId }, value) => sourceVolumeId === value,
    groupId: ({ groupId }, value) => groupId === value,
  },
  tags: ({ tags = {} }) => tags,
  doomed: toBeRemoved,
};

export const groupKind: Kind<SnapshotGroupSpec, SnapshotGroupStatus> = {
  name: 'SnapshotGroup',
  plural: 'snapshotgroups',
  spec: snapshotGroupSpecSchema,
  status: snapshotGroupStatusSchema,
  emptyStatus: uncutGroup,
  display: groupDisplay,
  filters: { pool: inPool },
  doomed: toBeRemoved,
};

export const poolKind: Kind<PoolSpec, PoolStatus> = {
  name: 'Pool',
  plural: 'pools',
  spec: poolSpecSchema,
  status: poolStatusSchema,
  emptyStatus: unknownPool,
  display: poolDisplay,
  filters: {},
  doomed: undefined,
};

export const quotaKind: Kind<QuotaSpec, QuotaStatus> = {
  name: 'Quota',
  plural: 'quotas',
  spec: quotaSpecSchema,
  status: quotaStatusSchema,
  emptyStatus: uncountedQuota,
  display: quotaDisplay,
  filters: {},
  doomed: undefined,
};

/** A person's `kubectl delete` is a request to the agent like any other. */
function toBeRemoved<Spec extends { readonly desired: 'Present' | 'Absent'; readonly revision: number }>(
  spec: Spec,
): Spec {
  return spec.desired === 'Absent' ? spec : { ...spec, desired: 'Absent', revision: spec.revision + 1 };
}
