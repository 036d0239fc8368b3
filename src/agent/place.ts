import type { HealthEntry } from '../domain/volume.ts';
import { volumeHealth } from '../pool/health.ts';
import type { Pool } from '../pool/pool.ts';
import { volumeUse, volumeUses, type VolumeUse } from '../pool/volume-use.ts';

/** What is looked at of volumes alike: those of a pool of images, and managed ones. */
export interface Place {
  has(id: string): boolean;
  /** Of one volume, which may not be there. */
  use(id: string): Promise<VolumeUse>;
  /** All that are shown; what is not in the map is not. */
  uses(): Promise<ReadonlyMap<string, VolumeUse>>;
  health(volume: { readonly id: string; readonly uuid: string }): Promise<HealthEntry[]>;
}

export function imagePlace(pool: Pool): Place {
  return {
    has: (id) => pool.ledger.has(id) && pool.ledger.get(id)?.sharedPool === undefined,
    use: (id) => volumeUse(pool, id),
    uses: () => volumeUses(pool),
    health: (volume) => volumeHealth(pool, volume),
  };
}
