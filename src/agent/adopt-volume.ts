import type { Catalog } from '../catalog/catalog.ts';
import { volumeSpecSchema } from '../domain/volume.ts';
import type { VolumeRecord } from '../pool/record.ts';

/** Puts a volume into the catalog as its record has it, in the Pool of this id. */
export async function adoptVolume(
  record: Pick<VolumeRecord, 'id' | 'size'>,
  pool: string,
  catalog: Catalog,
): Promise<void> {
  const { id, size } = record;
  const request = { desired: 'Present', revision: 1 };
  // Of the record, the schema keeps what a spec has too.
  const spec = volumeSpecSchema.parse({ ...record, ...request, attachments: [], pool });
  await catalog.volumes.create(id, spec, { observedRevision: 1, ready: true, size, health: [], mounts: [] });
}
