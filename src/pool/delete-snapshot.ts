import { discardImage } from './delete-volume.ts';
import { findSnapshot } from './find.ts';
import { findGroup, removeMarker } from './group-commit.ts';
import { isSnapshotId } from './layout.ts';
import type { Pool } from './pool.ts';
import { requirePresent } from './presence.ts';
import { refuseCloned } from './refuse-cloned.ts';

/**
 * Removes a snapshot, as `deleteVolume` does a volume. Takes the lock. Safe to repeat. Throws FailedPrecondition for a
 * template with clones, too. That a snapshot of a group goes
 * only with its group is for the catalog to say; the last member takes what the pool knows of the group along.
 */
export async function deleteSnapshot(pool: Pool, id: string, uuid: string): Promise<void> {
  if (!isSnapshotId(id)) return;
  await pool.locks.run(id, undefined, async () => {
    const record = await findSnapshot(pool, id);
    if (record === undefined) await requirePresent(pool);
    if (record?.uuid !== uuid) return;
    await refuseCloned(pool, record);
    await discardImage(pool, id, uuid);
    if (record.groupId !== undefined) await forgetEmptyGroup(pool, record.groupId);
  });
}

/** Without its members the marker means nothing, and would refuse another group of the same name. */
async function forgetEmptyGroup(pool: Pool, groupId: string): Promise<void> {
  const marker = await findGroup(pool, groupId);
  if (marker === undefined) return;
  for (const { snapshotId, uuid } of marker.members) {
    if ((await findSnapshot(pool, snapshotId))?.uuid === uuid) return;
  }
  await removeMarker(pool, groupId);
}
