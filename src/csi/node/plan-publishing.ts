import { accessOf, type Access, type AccessMode } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { ImageMount } from '../../pool/image-mount.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import type { VolumeRecord } from '../../pool/record.ts';
import { accessOfMount } from './volume-usage.ts';
import { called, holderAt } from './words.ts';

/** How a volume is to be published. */
export interface Publishing {
  readonly record: VolumeRecord;
  readonly mode: AccessMode;
  /** The readonly flag, or what else asks for it. */
  readonly readOnly: boolean;
  /** Where the staging shows in the kernel, and the target path, both resolved. */
  readonly stagingPoint: string;
  readonly targetPath: string;
}

export interface PublishingPlan {
  readonly isPublished: boolean;
  readonly staged: ImageMount;
  readonly readOnly: boolean;
}

/**
 * The access rules for a target path, from what the kernel has (CSI 1.13, the table at NodePublishVolume). The mode must
 * be the staged one; the readonly flag makes any target read-only, and a reader's are always. The same target again is
 * done, with other arguments ALREADY_EXISTS; a single writer has one target in all.
 */
export function planPublishing(usage: ImageUsage, publishing: Publishing): PublishingPlan {
  const { record, stagingPoint, targetPath } = publishing;
  const staged = usage.mounts.findLast(({ target }) => target === stagingPoint);
  const stagedAccess = staged && accessOfMount(usage, staged);
  if (staged === undefined || stagedAccess === undefined) {
    const message = `${called(record)} is not staged at ${stagingPoint}: stage it there first`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const disagreement = disagreementWith(stagedAccess, publishing);
  const readOnly = stagedAccess === 'reader' || publishing.readOnly;

  const present = usage.mounts.findLast(({ target }) => target === targetPath);
  if (present !== undefined) {
    if (disagreement === undefined && isReadOnly(present) === readOnly) return { isPublished: true, staged, readOnly };
    const how = isReadOnly(present) ? 'read-only' : 'read-write';
    const message = `${called(record)} is published at ${targetPath} already, ${how} and staged for ${stagedAccess}`;
    throw new VolumeError('AlreadyExists', `${message}: unpublish it first`);
  }
  if (disagreement !== undefined) throw new VolumeError('FailedPrecondition', disagreement);
  const other = usage.mounts.find(({ target }) => target !== stagingPoint);
  if (stagedAccess === 'single-writer' && other !== undefined) {
    throw new VolumeError('FailedPrecondition', `${called(record)} ${single(record)}, and ${holderAt(other.target)}`);
  }
  return { isPublished: false, staged, readOnly };
}

function single({ exclusive }: VolumeRecord): string {
  return exclusive ? 'is exclusive' : 'has a single writer (ReadWriteOncePod)';
}

function disagreementWith(staged: Access, { record, mode, readOnly, stagingPoint }: Publishing): string | undefined {
  const wanted = accessOf(mode, { readOnly: false, exclusive: record.exclusive });
  if (wanted === staged || (staged === 'reader' && readOnly)) return undefined;
  const cannot = `cannot be published with ${mode}${readOnly ? ', read-only' : ''}`;
  return `${called(record)} is staged for ${staged} at ${stagingPoint} and ${cannot} (${wanted}): stage it again`;
}

/** A device node is written through whatever its mount says, so for a block volume the device itself decides. */
function isReadOnly({ kind, readOnly, device }: ImageMount): boolean {
  return kind === 'block' ? device.readOnly : readOnly;
}
