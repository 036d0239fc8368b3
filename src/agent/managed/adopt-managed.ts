import { volumeSpecSchema } from '../../domain/volume.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import { adoptUnknown, tellAdopted, type Adoption } from '../adopt-records.ts';

/** As `adoptRecords`, of the managed volumes of one of the node's two pools of them. */
export async function adoptManaged(
  place: ManagedPlace,
  pool: { readonly id: string; readonly isShared: boolean },
  adoption: Adoption,
): Promise<void> {
  const held = [...place.records.values()].filter(({ isShared }) => isShared === pool.isShared);
  const adopt = async (id: string): Promise<void> => {
    const request = { desired: 'Present', revision: 1, attachments: [], pool: pool.id };
    // Of the record, the schema keeps what a spec has too.
    const spec = volumeSpecSchema.parse({ ...place.records.get(id), ...request });
    const status = { observedRevision: 1, ready: true, size: 0, health: [], mounts: [] };
    await adoption.catalog.volumes.create(id, spec, status);
    tellAdopted('Volume', id, pool.id, adoption);
  };
  await adoptUnknown(held, adopt, pool.id, adoption);
}
