import type { Catalog } from '../../../catalog/catalog.ts';
import type { FilesystemRulebook } from '../../../domain/filesystem-rules.ts';
import { nothing, ownerOf, type Amounts, type Belonging } from '../../../domain/quota.ts';
import type { SnapshotGroup, SnapshotGroupSpec } from '../../../domain/snapshot-group.ts';
import type { Snapshot, SnapshotSpec } from '../../../domain/snapshot.ts';
import type { Volume, VolumeSpec } from '../../../domain/volume.ts';

/** What the controller makes. */
export type Made = Volume | Snapshot | SnapshotGroup;

/** What is to count for a volume or snapshot: all of it, also of one that only grows. */
export interface Claim {
  readonly id: string;
  /** The attempt's. */
  readonly uuid: string;
  readonly amounts: Amounts;
  readonly belonging: Belonging;
}

/** Who makes volumes knows what counts of them. */
export interface Counting {
  readonly catalog: Catalog;
  readonly filesystemRules: FilesystemRulebook;
}

/** What a resource that is to be made counts for; of a group, one for each of its snapshots. */
export async function claimsOf(
  id: string,
  spec: VolumeSpec | SnapshotSpec | SnapshotGroupSpec,
  counting: Counting,
): Promise<readonly Claim[]> {
  if ('members' in spec) return await Promise.all(memberClaims(spec, counting));
  return ['attachments' in spec ? claimOfVolume({ id, spec }, counting) : claimOfSnapshot({ id, spec })];
}

/** A volume without a size of its own in a pool counts as one, and no bytes. */
export function claimOfVolume(
  { id, spec }: Pick<Volume, 'id' | 'spec'>,
  { filesystemRules }: Pick<Counting, 'filesystemRules'>,
): Claim {
  const bytes = isPromised(spec, filesystemRules) ? spec.size : 0;
  return { id, uuid: spec.uuid, amounts: { ...nothing, volumes: 1, bytes }, belonging: belongingOf(spec) };
}

export function claimOfSnapshot({ id, spec }: Pick<Snapshot, 'id' | 'spec'>): Claim {
  const { claim, storageClass, pool } = spec;
  const belonging = { namespace: namespaceOf(claim), storageClass, pool };
  return { id, uuid: spec.uuid, amounts: { ...nothing, snapshots: 1 }, belonging };
}

function memberClaims({ members, pool }: SnapshotGroupSpec, { catalog }: Counting): readonly Promise<Claim>[] {
  return members.map(async ({ snapshotId, uuid, sourceVolumeId }) => {
    const source = await catalog.volumes.find(sourceVolumeId);
    const belonging =
      source === undefined ? { namespace: undefined, storageClass: undefined } : belongingOf(source.spec);
    return { id: snapshotId, uuid, amounts: { ...nothing, snapshots: 1 }, belonging: { ...belonging, pool } };
  });
}

function belongingOf(spec: VolumeSpec): Belonging {
  const { claim, storageClass } = ownerOf(spec);
  return { namespace: namespaceOf(claim), storageClass, pool: spec.pool };
}

function namespaceOf(claim: string | undefined): string | undefined {
  return claim?.split('/')[0];
}

function isPromised({ managed, fsType }: VolumeSpec, rules: FilesystemRulebook): boolean {
  if (managed !== undefined) return false;
  if (fsType === undefined) return true;
  try {
    return rules.get(fsType).isPromised;
  } catch {
    // Registered no more: what such volumes were promised is still theirs.
    return true;
  }
}
