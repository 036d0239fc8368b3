import { refuseLocked } from '../domain/delete-lock.ts';
import type { GroupMember } from '../domain/snapshot-group.ts';
import { discardImage, requireUnused } from './delete-volume.ts';
import { findSnapshot } from './find.ts';
import { findGroup, groupStaging, removeMarker } from './group-commit.ts';
import { isGroupId } from './layout.ts';
import type { Pool } from './pool.ts';
import { requirePresent } from './presence.ts';

/**
 * Removes a group snapshot with all its members. Takes the locks. Safe to repeat: the marker goes last. Members of
 * another uuid are not ours and stay. Throws FailedPrecondition when something holds one of the images, or one is locked.
 */
export async function deleteGroup(
  pool: Pool,
  group: { readonly id: string; readonly members: readonly GroupMember[] },
  { evenIfLocked = false } = {},
): Promise<void> {
  if (!isGroupId(group.id)) return;
  const ids = [group.id, ...group.members.map(({ snapshotId }) => snapshotId)];
  await pool.locks.runAll(ids, undefined, async () => {
    await requirePresent(pool);
    // Before the first is removed: refused, the group stays whole.
    for (const { snapshotId, uuid } of group.members) {
      await requireUnused(pool, snapshotId);
      const record = evenIfLocked ? undefined : await findSnapshot(pool, snapshotId);
      if (record?.uuid === uuid) refuseLocked(`snapshot ${snapshotId}`, 'snapshot', record);
    }
    for (const { snapshotId, uuid } of group.members) {
      const record = await findSnapshot(pool, snapshotId);
      if (record?.uuid === uuid) await discardImage(pool, snapshotId, uuid);
      // One that was promised room, and then could not be shown.
      else if (record === undefined) pool.ledger.release(snapshotId);
    }
    await forgetGroup(pool, group);
  });
}

/** Forgets that templates were made together, and nothing of them. Takes the lock. Safe to repeat. */
export async function releaseTemplates(
  pool: Pool,
  group: { readonly id: string; readonly members: readonly GroupMember[] },
): Promise<void> {
  await pool.locks.run(group.id, undefined, () => forgetGroup(pool, group));
}

async function forgetGroup(
  pool: Pool,
  { id, members }: { readonly id: string; readonly members: readonly GroupMember[] },
): Promise<void> {
  const marker = await findGroup(pool, id);
  if (marker === undefined) return;
  const given = new Set(members.map(({ uuid }) => uuid));
  if (!marker.members.every(({ uuid }) => given.has(uuid))) return;
  await removeMarker(pool, id);
  await pool.trash.discard(groupStaging(pool, marker), id);
}
