import { recordBeside, requireConvertible } from './convert-volume.ts';
import { requireVolume } from './find.ts';
import { stageMarker, type GroupMarker } from './group-commit.ts';
import type { GroupRequest } from './group-request.ts';
import { inParallel } from './in-parallel.ts';
import type { Pool } from './pool.ts';

const AT_A_TIME = 4;

/**
 * Nothing is copied: each template's record stands beside the image of its volume, until the marker decides. The locks must be
 * held. Throws as `requireConvertible`.
 */
export async function stageConversions(pool: Pool, group: GroupRequest, staging: string): Promise<GroupMarker> {
  const { id, uuid, name, members, deleteLock, tags } = group;
  const creationTime = new Date().toISOString();
  await pool.host.files.makeDirectory(staging, 0o700);
  for (const { sourceVolumeId, convertedUuid = '' } of members) {
    await requireConvertible(pool, await requireVolume(pool, sourceVolumeId), { convertedUuid });
  }
  await inParallel(members, AT_A_TIME, async (member) => {
    const { sourceVolumeId, snapshotId, template = name, convertedUuid = '' } = member;
    const source = await requireVolume(pool, sourceVolumeId);
    const common = { id: snapshotId, uuid: member.uuid, name: template, template, sourceVolumeId };
    await recordBeside(pool, source, { ...common, convertedUuid, deleteLock, tags });
  });
  return stageMarker(pool, { format: 1, id, uuid, name, creationTime, members: [...members] }, staging);
}
