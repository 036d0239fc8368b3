import type { Logger } from 'pino';
import type { Catalog } from '../../catalog/catalog.ts';
import type { EventRecorder } from '../../domain/event.ts';
import type { ManagedRoot } from '../../domain/pool.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import type { Place } from '../place.ts';
import type { PoolReporter } from '../pool-reporter.ts';

export interface ManagedAgentDeps {
  readonly catalog: Catalog;
  readonly place: ManagedPlace;
  readonly nodeName: string;
  readonly ownsCatalog: boolean;
  readonly reporter: PoolReporter;
  readonly events: EventRecorder;
  readonly log: Logger;
  /** What the agent serves, by the ids of Pool resources; what is served here is put into it. */
  readonly serving: Map<string, Place>;
  /** Reports the pool of this id, by those of the node's roots that are its; false when its resource is not there. */
  readonly report: (id: string, isOfIt: (root: ManagedRoot) => boolean) => Promise<boolean>;
  readonly work: {
    /** Tries until it succeeds; resolves after the first attempt. */
    first(attempt: () => Promise<void>, what: string): Promise<void>;
    /** Looks at all that has waited for the pool of this id. */
    resume(id: string): Promise<void>;
  };
}
