import type { Catalog } from '../../catalog/catalog.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { findSnapshot } from '../../pool/find.ts';
import { inParallel } from '../../pool/in-parallel.ts';
import type { ListSnapshotsRequest__Output } from '../gen/tome/v1/ListSnapshotsRequest.ts';
import type { ListSnapshotsResponse } from '../gen/tome/v1/ListSnapshotsResponse.ts';
import type { SnapshotInfo } from '../gen/tome/v1/SnapshotInfo.ts';
import { byName } from './by-name.ts';

import { readPools, type PoolsById } from './pools-by-id.ts';
import type { AdminDeps } from './service.ts';
import { snapshotState } from './volume-state.ts';

const READS_AT_ONCE = 16;

/** Snapshots by name. Sizes in bytes. */
export async function listSnapshots(
  { snapshotId, sourceVolumeId, pool: poolName }: ListSnapshotsRequest__Output,
  deps: AdminDeps,
): Promise<ListSnapshotsResponse> {
  const [snapshots, pools] = await Promise.all([
    findSnapshots(deps.catalog, snapshotId, sourceVolumeId),
    readPools(deps),
  ]);
  const wanted = snapshots.filter(({ spec }) => poolName === '' || pools.nameOf(spec.pool) === poolName);
  const described = await inParallel(wanted, READS_AT_ONCE, (snapshot) => describe(snapshot, pools, deps.catalog));
  return { snapshots: described.toSorted(byName) };
}

async function findSnapshots(catalog: Catalog, id: string, sourceVolumeId: string): Promise<readonly Snapshot[]> {
  if (id === '') return catalog.snapshots.list(sourceVolumeId === '' ? {} : { sourceVolumeId });
  const snapshot = await catalog.snapshots.find(id);
  const fits = sourceVolumeId === '' || snapshot?.spec.sourceVolumeId === sourceVolumeId;
  return snapshot !== undefined && fits ? [snapshot] : [];
}

async function describe(snapshot: Snapshot, pools: PoolsById, catalog: Catalog): Promise<SnapshotInfo> {
  const { id, spec, status } = snapshot;
  const { mode, problem } = status.ready ? await lookInside(snapshot, pools) : NOTHING;
  return {
    id,
    name: spec.name,
    ...snapshotState(snapshot, problem),
    sizeBytes: status.size,
    heldBytes: status.heldBytes,
    sourceVolumeId: spec.sourceVolumeId,
    sourceVolumeName: (await catalog.volumes.find(spec.sourceVolumeId))?.spec.name ?? '',
    creationTime: status.creationTime ?? '',
    groupId: spec.groupId ?? '',
    pool: pools.nameOf(spec.pool),
    mode,
  };
}

interface Inside {
  readonly mode: string;
  readonly problem?: string;
}

const NOTHING: Inside = { mode: '' };

/** Only the record says what is inside: the volume it was cut from may be gone. */
async function lookInside({ id, spec }: Snapshot, { openOf }: PoolsById): Promise<Inside> {
  const pool = openOf(spec.pool);
  if (pool === undefined) return NOTHING;
  try {
    const record = await findSnapshot(pool, id);
    if (record === undefined) return { mode: '', problem: `its image is missing from pool ${pool.name}` };
    return { mode: record.volumeMode === 'Block' ? 'block' : (record.fsType ?? '') };
  } catch (error) {
    return { mode: '', problem: messageOf(error) };
  }
}
