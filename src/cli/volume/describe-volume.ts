import type { Attachment__Output } from '../../csi/gen/tome/v1/Attachment.ts';
import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
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

export function formatSource({ createdFrom }: VolumeInfo__Output): string {
  if (!createdFrom) return '';
  const { name, volumeId, snapshotId } = createdFrom;
  return snapshotId === undefined
    ? `volume ${name || `${volumeId ?? ''} (gone)`}`
    : `snapshot ${name || `${snapshotId} (gone)`}`;
}

/** Such as `2Gi, ext4`. */
export function formatKind({ sizeBytes, mode }: { readonly sizeBytes: string; readonly mode: string }): string {
  return [formatSize(Number(sizeBytes)), mode].filter((part) => part !== '').join(', ');
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
    usedBytes: Number(volume.usedBytes),
    mode,
    exclusive,
    provisioning,
    pool,
    attachedTo,
    createdFrom: createdFrom && {
      kind: createdFrom.snapshotId === undefined ? 'volume' : 'snapshot',
      id: createdFrom.snapshotId ?? createdFrom.volumeId,
      name: createdFrom.name,
    },
    tags,
    health,
  };
}
