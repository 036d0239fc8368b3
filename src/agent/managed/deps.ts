import type { EventRecorder } from '../../domain/event.ts';
import type { ManagedRoot } from '../../domain/pool.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import type { PoolReporter } from '../pool-reporter.ts';
import type { SharedPoolDeps } from '../shared/shared-pool.ts';
import type { NodePools } from '../shared/use-elsewhere.ts';

export interface ManagedAgentDeps extends SharedPoolDeps, NodePools {
  readonly place: ManagedPlace;
  readonly reporter: PoolReporter;
  readonly events: EventRecorder;
  /** Reports the pool of this id, by those of the node's roots that are its; false when its resource is not there. */
  readonly report: (id: string, isOfIt: (root: ManagedRoot) => boolean) => Promise<boolean>;
}
