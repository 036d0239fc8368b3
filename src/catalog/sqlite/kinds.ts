import type { z } from 'zod';
import { poolSpecSchema, poolStatusSchema } from '../../domain/pool.ts';
import { scheduleSpecSchema, scheduleStatusSchema } from '../../domain/schedule.ts';
import { quotaSpecSchema, quotaStatusSchema } from '../../domain/quota.ts';
import { snapshotGroupSpecSchema, snapshotGroupStatusSchema } from '../../domain/snapshot-group.ts';
import { snapshotSpecSchema, snapshotStatusSchema } from '../../domain/snapshot.ts';
import { volumeSpecSchema, volumeStatusSchema } from '../../domain/volume.ts';
import type { ListQuery } from '../catalog.ts';

/** What the table of one kind of resource holds. */
export interface Kind<Spec, Status> {
  readonly table: string;
  readonly spec: z.ZodType<Spec>;
  readonly status: z.ZodType<Status>;
  /** What agents make of it can be adopted again, so they hear of a creation before it is on disk. */
  readonly isAdopted: boolean;
  /** The fields a list can be narrowed by, as SQL conditions with one value each. */
  readonly conditions: Partial<Record<Filter, string>>;
}

export type Filter = Exclude<keyof ListQuery, 'after' | 'limit' | 'isExact'>;

export const volumeKind = {
  table: 'volumes',
  spec: volumeSpecSchema,
  status: volumeStatusSchema,
  isAdopted: true,
  conditions: {
    pool: 'pool = ?',
    attachedTo: 'id IN (SELECT volume_id FROM attachments WHERE node_name = ?)',
  },
};

export const snapshotKind = {
  table: 'snapshots',
  spec: snapshotSpecSchema,
  status: snapshotStatusSchema,
  isAdopted: true,
  conditions: { pool: 'pool = ?', sourceVolumeId: 'source_volume_id = ?', groupId: 'group_id = ?' },
};

export const groupKind = {
  table: 'groups',
  spec: snapshotGroupSpecSchema,
  status: snapshotGroupStatusSchema,
  isAdopted: false,
  conditions: { pool: 'pool = ?' },
};

export const poolKind = {
  table: 'pools',
  spec: poolSpecSchema,
  status: poolStatusSchema,
  isAdopted: false,
  conditions: {},
};

export const quotaKind = {
  table: 'quotas',
  spec: quotaSpecSchema,
  status: quotaStatusSchema,
  isAdopted: false,
  conditions: {},
};

export const scheduleKind = {
  table: 'schedules',
  spec: scheduleSpecSchema,
  status: scheduleStatusSchema,
  isAdopted: false,
  conditions: {},
};
