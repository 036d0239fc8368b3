import type { Catalog } from '../../catalog/catalog.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { ListSnapshotsRequest__Output } from '../gen/tome/v1/ListSnapshotsRequest.ts';
import type { ListSnapshotsResponse } from '../gen/tome/v1/ListSnapshotsResponse.ts';
import type { SnapshotInfo } from '../gen/tome/v1/SnapshotInfo.ts';
import { byName } from './by-name.ts';
import { hasTags } from './has-tags.ts';
import type { AdminDeps } from './deps.ts';
import { modeOf, snapshotState } from './describe.ts';
import { readPools, type PoolsById } from './pools-by-id.ts';

/** Snapshots by name. Sizes in bytes. */
export async function listSnapshots(
  { snapshotId, sourceVolumeId, pool: poolName, tags }: ListSnapshotsRequest__Output,
  deps: AdminDeps,
): Promise<ListSnapshotsResponse> {
  const [snapshots, pools] = await Promise.all([
    findSnapshots(deps.catalog, snapshotId, sourceVolumeId),
    readPools(deps),
  ]);
  const isWanted = pools.wanted(poolName);
  const isSnapshot = ({ template }: Snapshot['spec']) => template === undefined;
  const wanted = snapshots.filter(({ spec }) => isSnapshot(spec) && isWanted(spec.pool) && hasTags(spec, tags));
  const described = await Promise.all(wanted.map((snapshot) => describe(snapshot, pools, deps.catalog)));
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
  const sourceVolumeName = (await catalog.volumes.find(spec.sourceVolumeId))?.spec.name ?? '';
  return {
    id,
    // The members of a group have one name; this tells them apart, and the commands take it.
    name: spec.groupId === undefined ? spec.name : `${spec.name}/${sourceVolumeName || spec.sourceVolumeId}`,
    ...snapshotState(snapshot),
    sizeBytes: status.size,
    heldBytes: status.heldBytes,
    sourceVolumeId: spec.sourceVolumeId,
    sourceVolumeName,
    creationTime: status.creationTime ?? '',
    groupId: spec.groupId ?? '',
    pool: pools.nameOf(spec.pool),
    mode: modeOf(spec),
    tags: spec.tags ?? {},
    deleteLock: spec.deleteLock === true,
  };
}
