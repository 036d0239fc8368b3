import type { ManagedPlace } from '../../managed/managed-place.ts';
import { adoptUnknown, tellAdopted, type Adoption } from '../adopt-records.ts';
import { adoptVolume } from '../adopt-volume.ts';

/** As `adoptRecords`, of the managed volumes of one of the node's two pools of them. */
export async function adoptManaged(
  place: ManagedPlace,
  pool: { readonly id: string; readonly isShared: boolean },
  adoption: Adoption,
): Promise<void> {
  const held = [...place.records.values()].filter(({ isShared }) => isShared === pool.isShared);
  const adopt = async (id: string): Promise<void> => {
    const record = place.records.get(id);
    // Deleted a moment ago.
    if (record === undefined) return;
    await adoptVolume(record, pool.id, adoption.catalog);
    tellAdopted('Volume', id, pool.id, adoption);
  };
  await adoptUnknown(held, adopt, pool.id, adoption);
}
