import { createHash } from 'node:crypto';

const ID = /^(vol|snap|tmpl|group)-[0-9a-f]{32}$/;

/** A managed volume whose Volume resource a person has written. */
const NAMED_BY_HAND = /^managed-[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The id of the volume with this CSI name: a hash, since a name may be 128 bytes of any UTF-8. */
export function volumeId(name: string): string {
  return `vol-${digest(name)}`;
}

/** The id of the snapshot with this CSI name. */
export function snapshotId(name: string): string {
  return `snap-${digest(name)}`;
}

/** The id of the template of this name. */
export function templateId(name: string): string {
  return `tmpl-${digest(name)}`;
}

/** Whether it is the id of a template, which is a snapshot with rules of its own. */
export function isTemplateId(id: string): boolean {
  return ID.test(id) && id.startsWith('tmpl-');
}

/** The id of the group snapshot with this CSI name. */
export function groupId(name: string): string {
  return `group-${digest(name)}`;
}

/** The id of the snapshot of `sourceVolumeId` inside a group: a function of both, so that a retry finds it. */
export function memberSnapshotId(group: string, sourceVolumeId: string): string {
  return snapshotId(`${group}/${sourceVolumeId}`);
}

/** Whether the id is of a form that this driver knows. Anything else names nothing, and must never become part of a path. */
export function isId(id: string): boolean {
  return ID.test(id) || isNamedByHand(id);
}

/** Whether it is the id of a managed volume that a person has asked for with a Volume resource. */
export function isNamedByHand(id: string): boolean {
  return NAMED_BY_HAND.test(id);
}

/** Whether it is the id of a volume, and not of a snapshot or group. */
export function isIdOfVolume(id: string): boolean {
  return (ID.test(id) && id.startsWith('vol-')) || isNamedByHand(id);
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
