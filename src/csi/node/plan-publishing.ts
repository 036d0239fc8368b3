import { accessOf, type Access, type AccessMode } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { Holding } from './holding.ts';
import { called, holderAt, type Named } from './words.ts';

/** How a volume is to be published. */
export interface Publishing {
  readonly volume: Named & { readonly exclusive: boolean };
  readonly mode: AccessMode;
  /** The readonly flag, or what else asks for it. */
  readonly readOnly: boolean;
  /** Where the staging shows in the kernel, and the target path, both resolved. */
  readonly stagingPoint: string;
  readonly targetPath: string;
}

export interface PublishingPlan<M extends Holding> {
  /** Where it is published already, as it is to be. */
  readonly published: M | undefined;
  readonly staged: M;
  readonly readOnly: boolean;
}

/**
 * The access rules for a target path, from what the kernel has (CSI 1.13, the table at NodePublishVolume). The mode must
 * be the staged one; the readonly flag makes any target read-only, and a reader's are always. The same target again is
 * done, with other arguments ALREADY_EXISTS; a single writer has one target in all.
 */
export function planPublishing<M extends Holding>(shown: readonly M[], publishing: Publishing): PublishingPlan<M> {
  const { volume, stagingPoint, targetPath } = publishing;
  const staged = shown.findLast(({ target }) => target === stagingPoint);
  if (staged?.access === undefined) {
    const message = `${called(volume)} is not staged at ${stagingPoint}: stage it there first`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const { access } = staged;
  const disagreement = disagreementWith(access, publishing);
  const readOnly = access === 'reader' || staged.readOnly || publishing.readOnly;

  const present = shown.findLast(({ target }) => target === targetPath);
  if (present !== undefined) {
    if (disagreement === undefined && present.readOnly === readOnly) return { published: present, staged, readOnly };
    const how = present.readOnly ? 'read-only' : 'read-write';
    const message = `${called(volume)} is published at ${targetPath} already, ${how} and staged for ${access}`;
    throw new VolumeError('AlreadyExists', `${message}: unpublish it first`);
  }
  if (disagreement !== undefined) throw new VolumeError('FailedPrecondition', disagreement);
  const other = shown.find(({ target }) => target !== stagingPoint);
  if (access === 'single-writer' && other !== undefined) {
    throw new VolumeError('FailedPrecondition', `${called(volume)} ${single(volume)}, and ${holderAt(other.target)}`);
  }
  return { published: undefined, staged, readOnly };
}

function single({ exclusive }: Publishing['volume']): string {
  return exclusive ? 'is exclusive' : 'has a single writer (ReadWriteOncePod)';
}

function disagreementWith(staged: Access, { volume, mode, readOnly, stagingPoint }: Publishing): string | undefined {
  const wanted = accessOf(mode, { readOnly: false, exclusive: volume.exclusive });
  if (wanted === staged || (staged === 'reader' && readOnly)) return undefined;
  const cannot = `cannot be published with ${mode}${readOnly ? ', read-only' : ''}`;
  return `${called(volume)} is staged for ${staged} at ${stagingPoint} and ${cannot} (${wanted}): stage it again`;
}
