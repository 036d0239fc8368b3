import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { templateId } from '../../domain/ids.ts';
import { refusePopulating } from '../../domain/populating.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { ContentSource, Volume } from '../../domain/volume.ts';
import type {
  VolumeContentSource as SourceMessage,
  VolumeContentSource__Output,
} from '../gen/csi/v1/VolumeContentSource.ts';
import { requireId } from '../server/require.ts';
import { requireReadySnapshot, requireReadyVolume } from './find-resource.ts';
import { requireImage } from './managed/refuse-of-managed.ts';
import { requireReadyTemplate } from './template/find-template.ts';

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

/** Not of a template, which CSI does not know. */
export function sourceMessage(source: ContentSource): SourceMessage {
  return source.kind === 'snapshot' ? { snapshot: { snapshotId: source.id } } : { volume: { volumeId: source.id } };
}

/** The source when a class names a template. Throws InvalidArgument when there is another one, too. */
export function orTemplate(given: ContentSource | undefined, template: string | undefined): ContentSource | undefined {
  if (template === undefined) return given;
  if (given === undefined) return { kind: 'template', id: templateId(template) };
  const message = `the class makes clones of template "${template}", the request a copy of ${given.kind} ${given.id}: use another class`;
  throw new VolumeError('InvalidArgument', message);
}

/**
 * Throws NotFound when there is no such source, and Aborted when it is not ready yet or being deleted; for a template, which
 * goes by its name, as `requireReadyTemplate`.
 */
export async function findSource(source: ContentSource, catalog: Catalog, template = ''): Promise<SourceFacts> {
  if (source.kind !== 'template') return await findNamedSource(source, catalog);
  return factsOf(await requireReadyTemplate(catalog, source.id, template));
}

async function findNamedSource({ kind, id }: ContentSource, catalog: Catalog): Promise<SourceFacts> {
  const source = kind === 'snapshot' ? await requireReadySnapshot(catalog, id) : await requireReadyVolume(catalog, id);
  if ('managed' in source.spec) requireImage({ id, spec: source.spec }, 'copies');
  if ('populating' in source.spec) refusePopulating({ id, ...source.spec });
  return factsOf(source);
}

function factsOf({ spec, status }: Snapshot | Volume): SourceFacts {
  const { pool, volumeMode, fsType } = spec;
  return { pool, volumeMode, fsType, size: status.size };
}
