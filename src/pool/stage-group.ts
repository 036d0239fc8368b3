import { join } from 'node:path';
import { refusePopulating } from '../domain/populating.ts';
import type { GroupMember } from '../domain/snapshot-group.ts';
import { completeStaged } from './build-aside.ts';
import { copyImage } from './copy-image.ts';
import { copyUnfrozen } from './copy-unfrozen.ts';
import { promiseCopy, promiseSnapshot } from './create-snapshot.ts';
import { refuseDirectoryVolume } from './directory-volume.ts';
import { requireVolume } from './find.ts';
import { cutVolumes } from './freeze.ts';
import { stageMarker, type GroupMarker } from './group-commit.ts';
import type { GroupRequest } from './group-request.ts';
import { inParallel } from './in-parallel.ts';
import { imagePath } from './layout.ts';
import type { Pool } from './pool.ts';
import type { VolumeRecord } from './record.ts';

const COPIES_AT_A_TIME = 4;

/**
 * Cuts all snapshots of a group at one moment, in its staging directory, where its marker is, too, afterwards. The locks must be
 * held. Throws as `createSnapshot` does; then the caller removes what is there.
 */
export async function stageGroup(pool: Pool, group: GroupRequest, staging: string): Promise<GroupMarker> {
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
