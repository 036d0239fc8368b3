import type { Catalog } from '../../catalog/catalog.ts';
import type { ContentSource } from '../../domain/volume.ts';
import type { ContentSource as SourceInfo } from '../gen/tome/v1/ContentSource.ts';

/** What a volume or template is a copy of, for people: its name is empty when it is gone. */
export async function describeSource(source: ContentSource | undefined, catalog: Catalog): Promise<SourceInfo | null> {
  if (source === undefined) return null;
  if (source.kind === 'volume') {
    return { volumeId: source.id, name: (await catalog.volumes.find(source.id))?.spec.name ?? '' };
  }
  const name = (await catalog.snapshots.find(source.id))?.spec.name ?? '';
  return source.kind === 'template' ? { templateId: source.id, name } : { snapshotId: source.id, name };
}
