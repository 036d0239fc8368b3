import { createHash } from 'node:crypto';

const ID = /^(vol|snap|group)-[0-9a-f]{32}$/;

/** The id of the volume with this CSI name: a hash, since a name may be 128 bytes of any UTF-8. */
export function volumeId(name: string): string {
  return `vol-${digest(name)}`;
}

/** The id of the snapshot with this CSI name. */
export function snapshotId(name: string): string {
  return `snap-${digest(name)}`;
}

/** The id of the group snapshot with this CSI name. */
export function groupId(name: string): string {
  return `group-${digest(name)}`;
}

/** The id of the snapshot of `sourceVolumeId` inside a group: a function of both, so that a retry finds it. */
export function memberSnapshotId(group: string, sourceVolumeId: string): string {
  return snapshotId(`${group}/${sourceVolumeId}`);
}

/** Whether this driver could have made the id. Anything else names nothing, and must never become part of a path. */
export function isId(id: string): boolean {
  return ID.test(id);
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
