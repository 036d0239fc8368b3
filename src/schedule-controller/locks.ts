import * as z from 'zod';
import type { ScheduleControllerDeps } from './deps.ts';
import { groupContents, snapshotContents } from '../catalog/kubernetes/apis.ts';
import type { Api, ObjectClient } from '../catalog/kubernetes/object-client.ts';
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
  if (name === undefined) return undefined;
  const content = await client.find(api, undefined, name);
  return content === undefined ? undefined : contentSchema.parse(content).status;
}
