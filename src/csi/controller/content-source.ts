import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { refusePopulating } from '../../domain/populating.ts';
import type { ContentSource, Volume } from '../../domain/volume.ts';
import type {
  VolumeContentSource as SourceMessage,
  VolumeContentSource__Output,
} from '../gen/csi/v1/VolumeContentSource.ts';
import { requireId } from '../server/require.ts';
import { requireReadySnapshot, requireReadyVolume } from './find-resource.ts';
import { requireImage } from './managed/refuse-of-managed.ts';

/** What of a source decides how its copy can be. */
export interface SourceFacts extends Pick<Volume['spec'], 'pool' | 'volumeMode' | 'fsType'> {
  /** Bytes the copy has at least. */
  readonly size: number;
}

/** Throws InvalidArgument when there is a source, but neither a snapshot nor a volume. */
export function parseSource(source: VolumeContentSource__Output | null): ContentSource | undefined {
  if (source === null) return undefined;
  const { snapshot, volume } = source;
  if (snapshot) return { kind: 'snapshot', id: requireId(snapshot.snapshotId, 'volume_content_source.snapshot_id') };
  if (volume) return { kind: 'volume', id: requireId(volume.volumeId, 'volume_content_source.volume_id') };
  throw new VolumeError('InvalidArgument', 'volume_content_source must name a snapshot or a volume');
}

export function sourceMessage(source: ContentSource): SourceMessage {
  return source.kind === 'snapshot' ? { snapshot: { snapshotId: source.id } } : { volume: { volumeId: source.id } };
}

/** Throws NotFound when there is no such source, and Aborted when it is not ready yet or being deleted. */
export async function findSource({ kind, id }: ContentSource, catalog: Catalog): Promise<SourceFacts> {
  const source = kind === 'snapshot' ? await requireReadySnapshot(catalog, id) : await requireReadyVolume(catalog, id);
  if ('managed' in source.spec) requireImage({ id, spec: source.spec }, 'copies');
  if ('populating' in source.spec) refusePopulating({ id, ...source.spec });
  const { pool, volumeMode, fsType } = source.spec;
  return { pool, volumeMode, fsType, size: source.status.size };
}
