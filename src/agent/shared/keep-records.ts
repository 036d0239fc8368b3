import type { Catalog } from '../../catalog/catalog.ts';
import type { Holding } from './holding.ts';

/** Has a node that does not act for the pool know the volumes that there are, and no others. Each failure is told alone. */
export async function keepRecords(
  holding: Holding,
  { volumes }: Pick<Catalog, 'volumes'>,
  onTrouble: (id: string, error: unknown) => void,
): Promise<void> {
  const all = await volumes.list({ pool: holding.id });
  const known = new Map(all.map((volume) => [volume.id, volume.spec.uuid]));
  const tried = async (id: string, attempt: () => Promise<unknown>) => {
    try {
      await attempt();
    } catch (error) {
      onTrouble(id, error);
    }
  };
  // What is gone first: its directory may be another volume's by now.
  for (const { id, uuid } of holding.held()) {
    if (known.get(id) !== uuid) await tried(id, () => holding.drop(id, uuid));
  }
  for (const volume of all) {
    if (volume.spec.desired === 'Absent') await tried(volume.id, async () => holding.release?.(volume));
    else if (volume.status.ready) await tried(volume.id, () => holding.keep(volume));
  }
}
