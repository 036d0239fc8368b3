import type { PoolSpec } from '../../domain/pool.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Held } from '../adopt-records.ts';
import type { Place } from '../place.ts';

/** What a node has of a pool that several nodes share: a record of each of its volumes, so as to show them by itself. */
export interface Holding {
  /** Of the Pool resource. */
  readonly id: string;
  readonly place: Place;
  /** Whether this node is one of those that share it, or was and has volumes of that time. */
  isHere(): boolean;
  /** Whether new volumes may come here. */
  isOffered(): boolean;
  /** What the pool is, as this node knows it, beside what others have said of it. */
  describe(present: PoolSpec | undefined): Pick<PoolSpec, 'name' | 'managedRoots' | 'filesystem'>;
  held(): readonly Held[];
  /** Makes the record of a volume that is ready, or changes it to fit. Safe to repeat. */
  keep(volume: Volume): Promise<unknown>;
  /** Forgets the record, and nothing else. Safe to repeat. Throws FailedPrecondition while the volume is shown here. */
  drop(id: string, uuid: string): Promise<void>;
  /**
   * Whatever comes before this node's agent acts for the pool, which the catalog knows already. Puts what is held and the
   * catalog has lost into the catalog.
   */
  begin(): Promise<void>;
  /** Of a volume that is to be deleted: has this node not show it any more, where the deletion waits for that. */
  release?(volume: Volume): Promise<void>;
  /** Now and then, while it acts for the pool. */
  attend?(): Promise<void>;
  /** Tells in the catalog how the pool is. */
  report(): Promise<unknown>;
}
