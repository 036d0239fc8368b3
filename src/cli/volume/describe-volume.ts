import type { Attachment__Output } from '../../csi/gen/tome/v1/Attachment.ts';
import type { ContentSource__Output } from '../../csi/gen/tome/v1/ContentSource.ts';
import type { ManagedInfo__Output } from '../../csi/gen/tome/v1/ManagedInfo.ts';
import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
import { formatIoLimit } from '../../domain/io-limits.ts';
import { formatSize } from '../../domain/sizes.ts';

/** The filesystem, or `block`, and whether it is attached for reading and writing (rw) or only reading (ro). */
export function formatMode({ mode, attachedTo }: VolumeInfo__Output): string {
  if (attachedTo.length === 0) return mode;
  return `${mode} ${attachedTo.every(({ readOnly }) => readOnly) ? 'ro' : 'rw'}`;
}

/** The paths at which it can be used; the node, where this one does not see the paths. */
export function formatAttachments(attachedTo: readonly Attachment__Output[]): string {
  return attachedTo.flatMap(({ node, paths }) => (paths.length > 0 ? paths : [node])).join(', ');
}

export function formatTags(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** Such as `snapshot monday`, or where what it was filled with comes from. */
export function formatSource(made: Pick<VolumeInfo__Output, 'createdFrom'> & { populatedFrom?: string }): string {
  const { createdFrom, populatedFrom = '' } = made;
  if (!createdFrom) return populatedFrom;
  return `${sourceOf(createdFrom).kind} ${createdFrom.name || '(gone)'}`;
}

/** What a copy is of, by its kind and id. */
export function sourceOf({ volumeId, snapshotId, templateId }: ContentSource__Output): { kind: string; id: string } {
  if (templateId !== undefined) return { kind: 'template', id: templateId };
  return snapshotId === undefined ? { kind: 'volume', id: volumeId ?? '' } : { kind: 'snapshot', id: snapshotId };
}

/** A managed volume has no size, and what others have written to its directory is not its own. */
export function formatBytes({ managed }: Pick<VolumeInfo__Output, 'managed'>, bytes: string): string {
  return managed === null ? formatSize(Number(bytes)) : '-';
}

/** What it takes in its pool, where that is known. */
export function formatUsed({ usedUnknown, usedBytes }: Pick<VolumeInfo__Output, 'usedUnknown' | 'usedBytes'>): string {
  return usedUnknown ? '-' : formatSize(Number(usedBytes));
}

/** Such as `/srv/data, as 1000:100`. */
export function formatDirectory({ managed, shared }: VolumeInfo__Output): string {
  if (managed === null) return '';
  const { hostPath, uid, gid, containerUid, containerGid } = managed;
  const isMapped = [uid, gid, containerUid, containerGid].some((id) => id !== '0');
  const mapped = `container's ${containerUid}:${containerGid} as ${uid}:${gid}`;
  return [hostPath, ...(isMapped ? [mapped] : []), ...(shared ? ['for many'] : [])].join(', ');
}

/** Such as `2Gi, ext4`. */
export function formatKind(volume: Pick<VolumeInfo__Output, 'sizeBytes' | 'mode' | 'managed'>): string {
  const { sizeBytes, mode, managed } = volume;
  if (managed !== null) return `the directory ${managed.hostPath}`;
  return [formatSize(Number(sizeBytes)), mode].filter((part) => part !== '').join(', ');
}

/** Such as `readIops 100, writeBandwidth 50Mi/s`. */
export function formatIoLimits({ ioLimits }: Pick<VolumeInfo__Output, 'ioLimits'>): string {
  const limits = Object.entries(ioLimits).map(([name, limit]) => formatIoLimit(name, Number(limit)));
  return limits.length === 0 ? 'none' : limits.join(', ');
}

/** As programs read it: sizes in bytes, as numbers. */
export function plainVolume(volume: VolumeInfo__Output): object {
  const { id, name, state, message, mode, pool, provisioning, exclusive, createdFrom, attachedTo, tags, health } =
    volume;
  return {
    name,
    id,
    state,
    message,
    sizeBytes: Number(volume.sizeBytes),
    usedBytes: volume.usedUnknown ? null : Number(volume.usedBytes),
    mode,
    exclusive,
    provisioning,
    pool,
    attachedTo,
    createdFrom: createdFrom && { ...sourceOf(createdFrom), name: createdFrom.name },
    populatedFrom: volume.populatedFrom,
    tags,
    deleteLock: volume.deleteLock,
    ioLimits: Object.fromEntries(Object.entries(volume.ioLimits).map(([name, limit]) => [name, Number(limit)])),
    health,
    managed: volume.managed && numbersOf(volume.managed),
    shared: volume.shared,
  };
}

function numbersOf({ hostPath, ...ids }: ManagedInfo__Output): object {
  return { hostPath, ...Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, Number(id)])) };
}
