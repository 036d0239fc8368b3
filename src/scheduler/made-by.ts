import type { Catalog } from '../catalog/catalog.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { SnapshotGroup } from '../domain/snapshot-group.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Cut } from '../schedule/retention.ts';
import { isMadeBy, volumesOf } from './marks.ts';

/** A snapshot, or a group snapshot with the ids of its members, that a schedule has made. */
export interface Made {
  readonly cut: Cut & { readonly name: string };
  readonly members: readonly string[] | undefined;
}

/** What the schedule has made and can be used. The members of a group go with it, and are not told by themselves. */
export async function madeBy(schedule: Schedule, catalog: Catalog): Promise<readonly Made[]> {
  const [snapshots, groups] = await Promise.all([catalog.snapshots.list(), catalog.groups.list()]);
  const isOwn = (resource: Snapshot | SnapshotGroup): boolean =>
    isMadeBy(resource.spec, schedule) && resource.status.ready && resource.spec.desired === 'Present';
  return [
    ...snapshots.filter((one) => isOwn(one) && one.spec.groupId === undefined).map(ofSnapshot),
    ...(await Promise.all(groups.filter(isOwn).map((group) => ofGroup(group, catalog)))),
  ];
}

function ofSnapshot({ id, spec, status }: Snapshot): Made {
  const { name, deleteLock } = spec;
  const time = Date.parse(status.creationTime ?? '');
  return {
    cut: { id, name, of: volumesOf(spec, [spec.sourceVolumeId]), time, isLocked: deleteLock === true },
    members: undefined,
  };
}

async function ofGroup({ id, spec, status }: SnapshotGroup, catalog: Catalog): Promise<Made> {
  const members = await catalog.snapshots.list({ groupId: id });
  const isLocked = members.some((member) => member.spec.deleteLock === true);
  const time = Date.parse(status.creationTime ?? '');
  const sources = spec.members.map(({ sourceVolumeId }) => sourceVolumeId);
  return {
    cut: { id, name: spec.name, of: volumesOf(spec, sources), time, isLocked },
    members: spec.members.map(({ snapshotId }) => snapshotId),
  };
}
