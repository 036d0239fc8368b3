import { randomUUID } from 'node:crypto';
import type { PoolSpec, PoolStatus } from '../../src/domain/pool.ts';
import type { SnapshotGroupSpec, SnapshotGroupStatus } from '../../src/domain/snapshot-group.ts';
import type { SnapshotSpec, SnapshotStatus } from '../../src/domain/snapshot.ts';
import type { VolumeSpec, VolumeStatus } from '../../src/domain/volume.ts';

export const GiB = 2 ** 30;

export function volumeSpec(changes: Partial<VolumeSpec> = {}): VolumeSpec {
  return {
    desired: 'Present',
    revision: 1,
    name: 'pvc-1',
    uuid: randomUUID(),
    size: GiB,
    volumeMode: 'Filesystem',
    fsType: 'ext4',
    provisioning: 'thin',
    exclusive: false,
    mkfsOptions: [],
    pool: 'node-a.default',
    parameters: { fsType: 'ext4', 'csi.storage.k8s.io/pvc/name': 'data-0' },
    tags: {},
    ioLimits: { readIops: 100, writeBandwidth: GiB },
    accessModes: ['SINGLE_NODE_WRITER'],
    attachments: [],
    ...changes,
  };
}

export const volumeStatus: VolumeStatus = { observedRevision: 0, ready: false, size: 0, health: [], mounts: [] };
export const readyStatus: VolumeStatus = { observedRevision: 1, ready: true, size: GiB, health: [], mounts: [] };

export function snapshotSpec(changes: Partial<SnapshotSpec> = {}): SnapshotSpec {
  return {
    desired: 'Present',
    revision: 1,
    name: 'snapshot-1',
    uuid: randomUUID(),
    sourceVolumeId: 'vol-00000000000000000000000000000000',
    pool: 'node-a.default',
    volumeMode: 'Filesystem',
    parameters: {},
    ...changes,
  };
}

export const snapshotStatus: SnapshotStatus = { observedRevision: 0, ready: false, size: 0, heldBytes: 0 };

export function groupSpec(changes: Partial<SnapshotGroupSpec> = {}): SnapshotGroupSpec {
  return {
    desired: 'Present',
    revision: 1,
    name: 'group-1',
    uuid: randomUUID(),
    pool: 'node-a.default',
    members: [],
    parameters: {},
    ...changes,
  };
}

export const groupStatus: SnapshotGroupStatus = { observedRevision: 0, ready: false };

export const poolSpec: PoolSpec = { name: 'default', agent: 'node-a', nodes: ['node-a'] };

export const poolStatus: PoolStatus = {
  ready: true,
  reflink: true,
  ioLimits: false,
  ioLimitsProblem: 'no cgroup v2',
  capacity: 10 * GiB,
  promised: 0,
  used: 0,
  available: 10 * GiB,
  minimumVolumeSize: 4096,
  maximumVolumeSize: 10 * GiB,
  conditions: [],
};
