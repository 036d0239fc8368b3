import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { abandon } from './build-aside.ts';
import { takeOverPromise } from './convert-volume.ts';
import { olderSnapshot } from './create-snapshot.ts';
import { findSnapshot, requireSnapshot } from './find.ts';
import { findGroup, groupStaging, markerPath, showMembers, STAGED_MARKER, type GroupMarker } from './group-commit.ts';
import { isConversion, type GroupRequest } from './group-request.ts';
import { inParallel } from './in-parallel.ts';
import { isGroupId, requireOwnIds } from './layout.ts';
import type { Pool } from './pool.ts';
import type { SnapshotRecord } from './record.ts';
import { stageConversions } from './stage-conversions.ts';
import { stageGroup } from './stage-group.ts';

interface GroupOptions {
  readonly signal?: AbortSignal;
  /** Of volumes that are to be converted: has all of them leave the catalog. */
  readonly leave?: () => Promise<void>;
}

const READS_AT_A_TIME = 4;

/**
 * Cuts snapshots of several volumes at one moment: all of them, or none. Takes the locks. Safe to repeat, also after a
 * crash at any step: until the marker stands in `groups/` the start throws everything away, from then on it completes
 * the group. Throws as `createSnapshot` does.
 */
export async function createGroup(
  pool: Pool,
  group: GroupRequest,
  options: GroupOptions = {},
): Promise<readonly SnapshotRecord[]> {
  if (!isGroupId(group.id)) throw new VolumeError('InvalidArgument', `"${group.id}" is not the id of a group`);
  requireOwnIds({ snapshots: group.members.map(({ snapshotId }) => snapshotId) });
  const members = group.members.flatMap(({ sourceVolumeId, snapshotId }) => [sourceVolumeId, snapshotId]);
  return pool.locks.runAll([group.id, ...members], options.signal, async () => {
    const marker = (await findGroup(pool, group.id)) ?? (await decide(pool, group, options));
    if (marker.uuid !== group.uuid) throw olderGroup(pool, marker);
    await showMembers(pool, marker);
    const records = await inParallel(group.members, READS_AT_A_TIME, (member) =>
      requireSnapshot(pool, member.snapshotId),
    );
    if (isConversion(group)) for (const record of records) takeOverPromise(pool, record);
    return records;
  });
}

/**
 * Shows what was decided, where an earlier attempt could not. Takes the locks. Safe to repeat; what was deleted since stays so,
 * and of another uuid nothing is done.
 */
export async function showGroup(pool: Pool, group: Pick<GroupRequest, 'id' | 'uuid' | 'members'>): Promise<void> {
  const members = group.members.flatMap(({ sourceVolumeId, snapshotId }) => [sourceVolumeId, snapshotId]);
  await pool.locks.runAll([group.id, ...members], undefined, async () => {
    const marker = await findGroup(pool, group.id);
    if (marker?.uuid !== group.uuid) return;
    await showMembers(pool, marker);
    for (const { snapshotId, convertedUuid } of group.members) {
      const record = convertedUuid === undefined ? undefined : await findSnapshot(pool, snapshotId);
      if (record !== undefined) takeOverPromise(pool, record);
    }
  });
}

/** Makes all members in staging and sets the marker. Nothing is left when it throws before the marker stands. */
async function decide(pool: Pool, group: GroupRequest, { leave }: GroupOptions): Promise<GroupMarker> {
  for (const { snapshotId } of group.members) {
    const present = await findSnapshot(pool, snapshotId);
    if (present !== undefined) throw olderSnapshot(pool, present);
  }
  const staging = groupStaging(pool, group);
  try {
    // What an attempt that could not even clean up has left.
    await pool.host.files.removeTree(staging);
    const marker = isConversion(group)
      ? await stageConversions(pool, group, staging)
      : await stageGroup(pool, group, staging);
    await leave?.();
    await pool.host.files.move(join(staging, STAGED_MARKER), markerPath(pool, group.id));
    return marker;
  } catch (error) {
    // The rename may have been done when the fsync after it failed: then the group stands.
    if ((await pool.host.files.stat(markerPath(pool, group.id))) !== undefined) throw error;
    for (const { snapshotId } of group.members) pool.ledger.release(snapshotId);
    await abandon(pool, staging);
    throw error;
  }
}

function olderGroup(pool: Pool, { id, name, uuid }: GroupMarker): VolumeError {
  const message = `pool ${pool.name} keeps an older group snapshot ${id} ("${name}", uuid ${uuid}): delete it, or choose another name`;
  return new VolumeError('AlreadyExists', message);
}
