import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { refusePopulating } from '../domain/populating.ts';
import type { GroupMember } from '../domain/snapshot-group.ts';
import { abandon, completeStaged } from './build-aside.ts';
import { recordBeside, requireConvertible, takeOverPromise } from './convert-volume.ts';
import { copyImage } from './copy-image.ts';
import { copyUnfrozen } from './copy-unfrozen.ts';
import { olderSnapshot, promiseCopy, promiseSnapshot } from './create-snapshot.ts';
import { refuseDirectoryVolume } from './directory-volume.ts';
import { findSnapshot, requireSnapshot, requireVolume } from './find.ts';
import { cutVolumes } from './freeze.ts';
import { findGroup, groupStaging, markerPath, showMembers, STAGED_MARKER, type GroupMarker } from './group-commit.ts';
import { inParallel } from './in-parallel.ts';
import { imagePath, isGroupId, requireOwnIds, within } from './layout.ts';
import type { Pool } from './pool.ts';
import type { SnapshotRecord, VolumeRecord } from './record.ts';

export interface GroupRequest extends Pick<SnapshotRecord, 'deleteLock' | 'tags'> {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly members: readonly GroupMember[];
}

interface GroupOptions {
  readonly signal?: AbortSignal;
  /** Of volumes that are to be converted: has all of them leave the catalog. */
  readonly leave?: () => Promise<void>;
}

const COPIES_AT_A_TIME = 4;

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
    const records = await inParallel(group.members, COPIES_AT_A_TIME, (member) =>
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

async function stageGroup(pool: Pool, group: GroupRequest, staging: string): Promise<GroupMarker> {
  const { files } = pool.host;
  const { id, uuid, name, members } = group;
  const sources = await inParallel(members, COPIES_AT_A_TIME, (member) => requireVolume(pool, member.sourceVolumeId));
  for (const source of sources) {
    refuseDirectoryVolume(source, 'snapshots');
    refusePopulating(source);
  }
  for (const { snapshotId } of members) await files.makeDirectory(join(staging, snapshotId), 0o700);

  for (const { snapshotId, sourceVolumeId, uuid: snapshotUuid } of members) {
    await promiseCopy(pool, { id: snapshotId, uuid: snapshotUuid, sourceVolumeId });
  }
  const creationTime = await cutAll(pool, group, staging);

  for (const [index, member] of members.entries()) {
    const source = sources[index];
    if (source !== undefined) await completeMember(pool, { group, member, source, staging, creationTime });
  }
  return stageMarker(pool, { format: 1, id, uuid, name, creationTime, members: [...members] }, staging);
}

/** Nothing is copied: each template's record stands beside the image of its volume, until the marker decides. */
async function stageConversions(pool: Pool, group: GroupRequest, staging: string): Promise<GroupMarker> {
  const { id, uuid, name, members, deleteLock, tags } = group;
  const creationTime = new Date().toISOString();
  await pool.host.files.makeDirectory(staging, 0o700);
  for (const { sourceVolumeId, convertedUuid = '' } of members) {
    await requireConvertible(pool, await requireVolume(pool, sourceVolumeId), { convertedUuid });
  }
  await inParallel(members, COPIES_AT_A_TIME, async (member) => {
    const { sourceVolumeId, snapshotId, template = name, convertedUuid = '' } = member;
    const source = await requireVolume(pool, sourceVolumeId);
    const common = { id: snapshotId, uuid: member.uuid, name: template, template, sourceVolumeId };
    await recordBeside(pool, source, { ...common, convertedUuid, deleteLock, tags });
  });
  return stageMarker(pool, { format: 1, id, uuid, name, creationTime, members: [...members] }, staging);
}

function isConversion({ members }: Pick<GroupRequest, 'members'>): boolean {
  return members.some(({ convertedUuid }) => convertedUuid !== undefined);
}

/** Once the marker stands, everything it names must be on disk, whatever the filesystem makes of renames. */
async function stageMarker(pool: Pool, marker: GroupMarker, staging: string): Promise<GroupMarker> {
  const { files } = pool.host;
  await files.write(join(staging, STAGED_MARKER), `${JSON.stringify(marker, null, 2)}\n`);
  await files.sync(within(pool, 'staging'));
  return marker;
}

/** Copies all members as they are at one moment, which it returns. */
async function cutAll(pool: Pool, { id, members }: GroupRequest, staging: string): Promise<string> {
  const volumes = members.map(({ sourceVolumeId }) => sourceVolumeId);
  return cutVolumes(pool, id, volumes, async (raw) => {
    const copies = members.map(({ sourceVolumeId, snapshotId }) => ({
      volumeId: sourceVolumeId,
      devices: raw.filter(({ volumeId }) => volumeId === sourceVolumeId).map(({ path }) => path),
      source: imagePath(pool, sourceVolumeId),
      target: join(staging, snapshotId, 'image'),
    }));
    const still = copies.filter(({ devices }) => devices.length === 0);
    await inParallel(still, COPIES_AT_A_TIME, ({ source, target }) => copyImage(pool, source, target, {}));
    const unfrozen = copies.filter(({ devices }) => devices.length > 0);
    await copyUnfrozen(pool, unfrozen);
    return new Date().toISOString();
  });
}

async function completeMember(
  pool: Pool,
  staged: { group: GroupRequest; member: GroupMember; source: VolumeRecord; staging: string; creationTime: string },
): Promise<void> {
  const { group, member, source, staging, creationTime } = staged;
  const directory = join(staging, member.snapshotId);
  const request = {
    id: member.snapshotId,
    uuid: member.uuid,
    name: member.template ?? group.name,
    sourceVolumeId: member.sourceVolumeId,
    // A template is on its own as soon as it is there.
    ...(member.template === undefined
      ? { groupId: group.id }
      : { template: member.template, deleteLock: group.deleteLock, tags: group.tags }),
    creationTime,
    image: join(directory, 'image'),
  };
  await completeStaged(pool, directory, await promiseSnapshot(pool, request, source));
}

function olderGroup(pool: Pool, { id, name, uuid }: GroupMarker): VolumeError {
  const message = `pool ${pool.name} keeps an older group snapshot ${id} ("${name}", uuid ${uuid}): delete it, or choose another name`;
  return new VolumeError('AlreadyExists', message);
}
