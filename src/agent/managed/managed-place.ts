import { managedHealth } from '../../managed/health.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import type { VolumeUse } from '../../pool/volume-use.ts';
import type { Place } from '../place.ts';

/** The managed volumes that are in one of the node's two pools of them. */
export function placeOf(managed: ManagedPlace, isShared: boolean): Place {
  const has = (id: string) => managed.records.get(id)?.isShared === isShared;
  return {
    has,
    use: async (id) => useOf(await managed.shown.of(id)),
    uses: async () => {
      const own = [...(await managed.shown.all())].filter(([id]) => has(id));
      return new Map(own.map(([id, shown]) => [id, useOf(shown)]));
    },
    health: (volume) => managedHealth(managed, volume),
  };
}

function useOf(shown: readonly { readonly readOnly: boolean }[]): VolumeUse {
  return { mounted: shown.length > 0, readOnly: shown.length > 0 && shown.every(({ readOnly }) => readOnly) };
}
