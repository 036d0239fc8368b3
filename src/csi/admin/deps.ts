import type { Catalog } from '../../catalog/catalog.ts';
import type { ShownDirectories } from '../../directory/shown-directories.ts';
import type { PoolSet } from '../../pool/pool-set.ts';
import type { Quotas } from '../controller/quota/quotas.ts';

export interface AdminDeps {
  readonly catalog: Catalog;
  readonly quotas: Quotas;
  readonly pools: Pick<PoolSet, 'all'>;
  /** Where this node shows volumes that are directories. */
  readonly shown: Pick<ShownDirectories, 'all'>;
  readonly nodeName: string;
  /** The directory below which the command line stages volumes: mounts there are nobody's target. */
  readonly stagingRoot: string;
}
