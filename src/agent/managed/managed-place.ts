import { managedHealth } from '../../managed/health.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import type { Place, Use } from '../place.ts';

/** The managed volumes that are in one of the node's two pools of them. */
export function placeOf(managed: ManagedPlace, isShared: boolean): Place {
  const use = async (id: string): Promise<Use> => {
    const shown = await managed.whereShown(id);
    return { mounted: shown.length > 0, readOnly: shown.length > 0 && shown.every(({ readOnly }) => readOnly) };
  };
  return {
    has: (id) => managed.records.get(id)?.isShared === isShared,
    use,
    uses: async () => {
      const uses = new Map<string, Use>();
      for (const record of managed.records.values()) {
        if (record.isShared !== isShared) continue;
        const seen = await use(record.id);
        if (seen.mounted) uses.set(record.id, seen);
      }
      return uses;
    },
    health: (volume) => managedHealth(managed, volume),
  };
}
