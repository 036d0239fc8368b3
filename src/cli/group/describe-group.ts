import type { GroupInfo__Output } from '../../csi/gen/tome/v1/GroupInfo.ts';
import type { GroupMember__Output } from '../../csi/gen/tome/v1/GroupMember.ts';

/** The volume that a member is of, as the commands take it: by its id when it is gone. */
export function memberVolume({ sourceVolumeName, sourceVolumeId }: GroupMember__Output): string {
  return sourceVolumeName || sourceVolumeId;
}

/** Bytes that the images of all members held at the cut. */
export function heldBytes({ members }: GroupInfo__Output): number {
  return members.reduce((sum, member) => sum + Number(member.heldBytes), 0);
}

/** What a program reads of one. */
export function plainGroup({ members, ...rest }: GroupInfo__Output): object {
  const numbers = ({ sizeBytes, heldBytes: held, ...member }: GroupMember__Output) => ({
    ...member,
    sizeBytes: Number(sizeBytes),
    heldBytes: Number(held),
  });
  return { ...rest, members: members.map(numbers) };
}
