import type { Catalog } from '../../catalog/catalog.ts';
import type { Pool } from '../../pool/pool.ts';

export interface AdminDeps {
  readonly catalog: Catalog;
  readonly pools: {
    /** The pools that are open on this node. */
    all(): readonly Pool[];
  };
  readonly nodeName: string;
  /** The directory below which the command line stages volumes: mounts there are nobody's target. */
  readonly stagingRoot: string;
}
