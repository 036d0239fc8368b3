import type { Catalog } from '../catalog/catalog.ts';
import type { Place } from './place.ts';

/**
 * Notes the pools that hold something whose Volume or Snapshot has gone from the catalog though its agent has not deleted
 * it: the API server was restored from a backup, or somebody took the finalizer off. Such an image is to be adopted again.
 */
export class LostResources {
  readonly #places: ReadonlyMap<string, Place>;
  /** Whether a look at the pool, by its id, has found it here already. */
  readonly #bereft = new Map<string, boolean>();
  readonly #stops: readonly (() => void)[];

  constructor({ volumes, snapshots }: Pick<Catalog, 'volumes' | 'snapshots'>, places: ReadonlyMap<string, Place>) {
    this.#places = places;
    const note = ({ id, resource }: { readonly id: string; readonly resource: unknown }): void => {
      if (resource === undefined) this.#gone(id);
    };
    this.#stops = [volumes.watch(note), snapshots.watch(note)];
  }

  /**
   * Calls `adopt` for each such pool at the second look: a controller that gives up what nobody was told of takes it out
   * of the catalog first, and then has the agent remove it. What throws is looked at again.
   */
  async look(adopt: (poolId: string) => Promise<void>): Promise<void> {
    for (const [id, wasSeen] of [...this.#bereft]) {
      this.#bereft.set(id, true);
      if (!wasSeen) continue;
      this.#bereft.delete(id);
      try {
        await adopt(id);
      } catch (error) {
        this.#bereft.set(id, true);
        throw error;
      }
    }
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** The agent itself has given up the promise of what it deletes before it says so. */
  #gone(id: string): void {
    for (const [poolId, place] of this.#places) {
      if (place.has(id) && !this.#bereft.has(poolId)) this.#bereft.set(poolId, false);
    }
  }
}
