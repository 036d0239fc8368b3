import { randomUUID } from 'node:crypto';
import type { Catalog } from '../../../catalog/catalog.ts';
import { refuseLocked } from '../../../domain/delete-lock.ts';
import { VolumeError } from '../../../domain/errors.ts';
import { templateId } from '../../../domain/ids.ts';
import { refusePopulating } from '../../../domain/populating.ts';
import { ownerOf } from '../../../domain/quota.ts';
import { uncutSnapshot, type Snapshot, type SnapshotSpec } from '../../../domain/snapshot.ts';
import { refuseInUse } from '../../../domain/template.ts';
import { nameOfVolume } from '../../../domain/volume-name.ts';
import type { Volume } from '../../../domain/volume.ts';
import type { Call } from '../../server/unary.ts';
import type { Creating } from '../deps.ts';
import { ensureCreated } from '../ensure-created.ts';
import { requirePool } from '../find-pool.ts';
import { requireReadySnapshot, requireReadyVolume } from '../find-resource.ts';
import { requireImage } from '../managed/refuse-of-managed.ts';
import { withMarks, type MarkChanges } from '../snapshot-marks.ts';

export interface TemplateWish {
  readonly name: string;
  readonly source: { readonly kind: 'volume' | 'snapshot'; readonly id: string };
  /** The volume becomes the template, and is no volume any more. */
  readonly convert: boolean;
  readonly marks: MarkChanges;
  /** What it is to be known by; one of this name with another uuid is not it. Without it any of this source is. */
  readonly uuid?: string | undefined;
}

/** What whoever has written down that it wants something has a part in. */
export interface Wanting {
  /** Asked just before it is made: throws when it is not wanted any more. */
  readonly stillWanted: () => Promise<void>;
  /** As in `Plan`. */
  readonly refused?: (why: VolumeError) => Promise<void>;
}

/**
 * The template of this name, ready: made now, or the one that is there already. Throws AlreadyExists for one of another
 * source, FailedPrecondition for a source that cannot be one, and as `ensureCreated`.
 */
export async function createTemplate(
  wish: TemplateWish,
  asking: Creating,
  call: Call,
  wanting?: Wanting,
): Promise<Snapshot> {
  const { catalog } = asking;
  const creation = {
    status: uncutSnapshot,
    plan: async () => {
      const spec = await planTemplate(wish, catalog);
      await wanting?.stillWanted();
      return spec;
    },
    refused: wanting?.refused,
    check: (present: Snapshot) => {
      checkSameTemplate(present, wish);
    },
  };
  return await ensureCreated(catalog.snapshots, templateId(wish.name), creation, asking, call);
}

/** Throws AlreadyExists when the template that is there is of something else. */
export function checkSameTemplate({ spec }: Snapshot, { name, source, convert, uuid }: TemplateWish): void {
  const present = spec.sourceSnapshotId ?? spec.sourceVolumeId;
  const isConverted = spec.convertedUuid !== undefined;
  const isOfUuid = uuid === undefined || spec.uuid === uuid;
  if (present === source.id && isConverted === convert && isOfUuid) return;
  const how = isConverted ? 'is what was' : 'was made of';
  throw new VolumeError('AlreadyExists', `template "${name}" exists, and ${how} ${present}: choose another name`);
}

async function planTemplate(wish: TemplateWish, catalog: Catalog): Promise<SnapshotSpec> {
  const { name, source, convert, marks, uuid: known = randomUUID() } = wish;
  const common = { desired: 'Present', revision: 1, name, template: name, uuid: known, parameters: {} } as const;
  const marked = { ...common, ...withMarks({}, marks) };
  if (source.kind === 'snapshot') {
    if (convert)
      throw new VolumeError('InvalidArgument', 'only a volume can be converted: name one, or leave out convert');
    const { id, spec } = await requireReadySnapshot(catalog, source.id);
    await requirePool(catalog, spec.pool, `snapshot ${id}`);
    const { sourceVolumeId, volumeMode, fsType, pool, claim, storageClass } = spec;
    return { ...marked, sourceVolumeId, sourceSnapshotId: id, volumeMode, fsType, pool, claim, storageClass };
  }
  const volume = await requireReadyVolume(catalog, source.id);
  await requireSource(volume, convert, catalog);
  const { volumeMode, fsType, pool, uuid } = volume.spec;
  const image = { sourceVolumeId: volume.id, volumeMode, fsType, pool };
  return { ...marked, ...image, ...ownerOf(volume.spec), ...(convert && { convertedUuid: uuid }) };
}

/** Throws FailedPrecondition for a volume of which there can be no template now. */
export async function requireSource(volume: Volume, convert: boolean, catalog: Catalog): Promise<void> {
  requireImage(volume, 'templates');
  refusePopulating({ id: volume.id, ...volume.spec });
  await requirePool(catalog, volume.spec.pool, nameOfVolume(volume));
  if (!convert) return;
  refuseInUse(volume);
  refuseLocked(nameOfVolume(volume), 'volume', volume.spec);
}
