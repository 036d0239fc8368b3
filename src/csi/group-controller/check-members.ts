import { VolumeError } from '../../domain/errors.ts';
import type { SnapshotGroup } from '../../domain/snapshot-group.ts';

/** CSI 1.13, "Snapshot list mismatch": throws InvalidArgument when the ids, in any order, are not the group's. */
export function checkMembers({ id, spec }: SnapshotGroup, snapshotIds: readonly string[]): void {
  const own = new Set(spec.members.map(({ snapshotId }) => snapshotId));
  const given = new Set(snapshotIds);
  if (own.size === given.size && [...own].every((snapshotId) => given.has(snapshotId))) return;
  const expected = [...own].join(', ');
  throw new VolumeError('InvalidArgument', `snapshot_ids are not those of group ${id}, which are ${expected}`);
}
