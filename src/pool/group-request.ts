import type { GroupMember } from '../domain/snapshot-group.ts';
import type { SnapshotRecord } from './record.ts';

/** What is to be made of several volumes, all of it or nothing: snapshots, or templates. */
export interface GroupRequest extends Pick<SnapshotRecord, 'deleteLock' | 'tags'> {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly members: readonly GroupMember[];
}

/** Whether the volumes themselves become templates. */
export function isConversion({ members }: Pick<GroupRequest, 'members'>): boolean {
  return members.some(({ convertedUuid }) => convertedUuid !== undefined);
}
