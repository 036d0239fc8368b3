import * as z from 'zod';
import type { Api } from '../catalog/kubernetes/api.ts';
import { groupContents, snapshotContents } from '../catalog/kubernetes/apis.ts';
import type { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import type { ScheduleControllerDeps } from './deps.ts';
import type { SnapshotObject } from './snapshot-object.ts';

const contentSchema = z.object({
  status: z
    .object({ snapshotHandle: z.string().optional(), volumeGroupSnapshotHandle: z.string().optional() })
    .default({}),
});

/**
 * Whether the Snapshot behind it has a delete lock, or of a group's any. The driver would refuse to delete that, and the
 * VolumeSnapshot would be on its way out for ever.
 */
export async function isLocked(
  { status }: SnapshotObject,
  { client, catalog }: Pick<ScheduleControllerDeps, 'client' | 'catalog'>,
): Promise<boolean> {
  const single = await contentOf(client, snapshotContents, status.boundVolumeSnapshotContentName);
  if (single?.snapshotHandle !== undefined) {
    return (await catalog.snapshots.find(single.snapshotHandle))?.spec.deleteLock === true;
  }
  const group = await contentOf(client, groupContents, status.boundVolumeGroupSnapshotContentName);
  if (group?.volumeGroupSnapshotHandle === undefined) return false;
  const members = await catalog.snapshots.list({ groupId: group.volumeGroupSnapshotHandle });
  return members.some(({ spec }) => spec.deleteLock === true);
}

async function contentOf(client: ObjectClient, api: Api, name: string | undefined) {
  return name === undefined ? undefined : (await client.find({ api, name }, contentSchema))?.status;
}
