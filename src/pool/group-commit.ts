import { join } from 'node:path';
import * as z from 'zod';
import { groupMemberSchema, type GroupMember } from '../domain/snapshot-group.ts';
import { parseStored } from '../domain/stored-json.ts';
import { imageDirectory, recordName, within } from './layout.ts';
import type { Pool } from './pool.ts';
import { snapshotRecordSchema } from './record.ts';

/** What decides that a group exists: from the moment it stands in `groups/`, all its snapshots do, or soon will. */
const groupMarkerSchema = z.object({
  format: z.literal(1),
  id: z.string(),
  uuid: z.uuid(),
  name: z.string(),
  creationTime: z.iso.datetime(),
  members: z.array(groupMemberSchema),
});
export type GroupMarker = z.infer<typeof groupMarkerSchema>;

type Where = Pick<Pool, 'path' | 'host'>;

/** The name of the marker inside the group's staging directory. */
export const STAGED_MARKER = 'group.json';

export function markerPath(pool: Where, groupId: string): string {
  return within(pool, 'groups', `${groupId}.json`);
}

/** Where the members of a group are made. A function of the marker, so that a start after a crash finds them. */
export function groupStaging(pool: Where, { id, uuid }: Pick<GroupMarker, 'id' | 'uuid'>): string {
  return within(pool, 'staging', `${id}.${uuid}`);
}

/** Puts the marker beside what it names, all of which must be on disk once it decides, whatever the filesystem makes of renames. */
export async function stageMarker(pool: Where, marker: GroupMarker, staging: string): Promise<GroupMarker> {
  const { files } = pool.host;
  await files.write(join(staging, STAGED_MARKER), `${JSON.stringify(marker, null, 2)}\n`);
  await files.sync(within(pool, 'staging'));
  return marker;
}

/** Undefined when there is no such group. Throws as `parseStored`. */
export async function findGroup(pool: Where, id: string): Promise<GroupMarker | undefined> {
  const path = markerPath(pool, id);
  const text = await pool.host.files.read(path);
  return text === undefined ? undefined : parseStored(text, groupMarkerSchema, path);
}

/** The group is gone for good when this returns. */
export async function removeMarker(pool: Where, id: string): Promise<void> {
  await pool.host.files.remove(markerPath(pool, id));
  await pool.host.files.sync(within(pool, 'groups'));
}

/** Shows the snapshots of a group that is decided. Safe to repeat: those shown already are not in staging any more. */
export async function showMembers(pool: Where, marker: GroupMarker): Promise<void> {
  const staging = groupStaging(pool, marker);
  const waiting = new Set(await pool.host.files.list(staging));
  for (const member of marker.members) {
    const { snapshotId } = member;
    if (member.convertedUuid !== undefined) await showConverted(pool, member);
    if (!waiting.has(snapshotId)) continue;
    await pool.host.files.move(join(staging, snapshotId), imageDirectory(pool, snapshotId));
  }
  await pool.host.files.removeTree(staging);
}

/** The volume's directory becomes the template's, whose record is in it; one that has is not under its old name any more. */
async function showConverted(pool: Where, { snapshotId, sourceVolumeId, uuid }: GroupMember): Promise<void> {
  const { files } = pool.host;
  const from = imageDirectory(pool, sourceVolumeId);
  const staged = join(from, recordName(snapshotId));
  const text = await files.read(staged);
  if (text !== undefined) {
    const record = parseStored(text, snapshotRecordSchema, staged);
    if (record.uuid === uuid) await files.move(from, imageDirectory(pool, snapshotId));
  }
  await files.remove(join(imageDirectory(pool, snapshotId), recordName(sourceVolumeId)));
}

/**
 * For the start: completes every group whose marker stands. Returns the ids of those it could not, whose staged members
 * are to be kept; what is staged of others was never decided.
 */
export async function finishGroups(pool: Pick<Pool, 'path' | 'host' | 'log'>): Promise<ReadonlySet<string>> {
  const unfinished = new Set<string>();
  for (const name of await pool.host.files.list(within(pool, 'groups'))) {
    const id = name.replace(/\.json$/, '');
    try {
      const marker = await findGroup(pool, id);
      if (marker === undefined) continue;
      if ((await pool.host.files.stat(groupStaging(pool, marker))) === undefined) continue;
      await showMembers(pool, marker);
      pool.log.info({ id }, 'completed an interrupted group snapshot');
    } catch (error) {
      pool.log.error({ id, err: error }, 'group snapshot could not be completed');
      unfinished.add(id);
    }
  }
  return unfinished;
}
