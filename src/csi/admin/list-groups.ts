import type { Catalog } from '../../catalog/catalog.ts';
import { makesTemplates, type GroupMember, type SnapshotGroup } from '../../domain/snapshot-group.ts';
import type { GroupInfo } from '../gen/tome/v1/GroupInfo.ts';
import type { GroupMember as MemberInfo } from '../gen/tome/v1/GroupMember.ts';
import type { ListGroupsRequest__Output } from '../gen/tome/v1/ListGroupsRequest.ts';
import type { ListGroupsResponse } from '../gen/tome/v1/ListGroupsResponse.ts';
import { byName } from './by-name.ts';
import type { AdminDeps } from './deps.ts';
import { groupState } from './describe.ts';
import { readPools, type PoolsById } from './pools-by-id.ts';

/** Group snapshots by name, each with its members by the names of their volumes. Sizes in bytes. */
export async function listGroups(
  { groupId, pool: poolName }: ListGroupsRequest__Output,
  deps: AdminDeps,
): Promise<ListGroupsResponse> {
  const [groups, pools] = await Promise.all([findGroups(deps.catalog, groupId), readPools(deps)]);
  const isWanted = pools.wanted(poolName);
  // Those that make templates are there for a moment only, and have no snapshots.
  const wanted = groups.filter(({ spec }) => isWanted(spec.pool) && !makesTemplates(spec));
  const described = await Promise.all(wanted.map((group) => describe(group, pools, deps.catalog)));
  return { groups: described.toSorted(byName) };
}

async function findGroups({ groups }: Catalog, id: string): Promise<readonly SnapshotGroup[]> {
  if (id === '') return groups.list();
  const group = await groups.find(id);
  return group === undefined ? [] : [group];
}

async function describe(group: SnapshotGroup, pools: PoolsById, catalog: Catalog): Promise<GroupInfo> {
  const { id, spec, status } = group;
  const members = await Promise.all(spec.members.map((member) => describeMember(member, catalog)));
  return {
    id,
    name: spec.name,
    ...groupState(group),
    creationTime: status.creationTime ?? '',
    pool: pools.nameOf(spec.pool),
    members: members.toSorted((a, b) => byName({ name: a.sourceVolumeName ?? '' }, { name: b.sourceVolumeName ?? '' })),
  };
}

/** Before the cut the snapshot is not in the catalog. */
async function describeMember({ snapshotId, sourceVolumeId }: GroupMember, catalog: Catalog): Promise<MemberInfo> {
  const [snapshot, volume] = await Promise.all([
    catalog.snapshots.find(snapshotId),
    catalog.volumes.find(sourceVolumeId),
  ]);
  return {
    snapshotId,
    sourceVolumeId,
    sourceVolumeName: volume?.spec.name ?? '',
    sizeBytes: snapshot?.status.size ?? 0,
    heldBytes: snapshot?.status.heldBytes ?? 0,
  };
}
