import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import type { EventRecorder } from '../domain/event.ts';
import type { ManagedPlace } from '../managed/managed-place.ts';
import type { PoolSet } from '../pool/pool-set.ts';

export interface AgentDeps {
  readonly catalog: Catalog;
  readonly pools: PoolSet;
  /** What pools of any node of the cluster may be called; those of this node unless given. */
  readonly poolNames?: readonly string[];
  /** The node's managed volumes. */
  readonly managed: ManagedPlace;
  readonly nodeName: string;
  /** No other node uses the catalog: another node's pool in it is one of this node under its former name. */
  readonly ownsCatalog: boolean;
  readonly log: Logger;
  /** Milliseconds between two looks at the health of every volume. */
  readonly sweepIntervalMs: number;
  /** Where people are told what no call carries. */
  readonly events?: EventRecorder;
}
