import type { Catalog } from '../../catalog/catalog.ts';
import type { Pool } from '../../pool/pool.ts';
import { implement, type Service } from '../server/implement.ts';
import { listPools } from './list-pools.ts';
import { listSnapshots } from './list-snapshots.ts';
import { listVolumes } from './list-volumes.ts';

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

/** tome.v1.Admin: what the command line lists for people. It changes nothing. */
export function adminService(deps: AdminDeps): Service {
  return implement('tome.v1.Admin', {
    listVolumes: (request) => listVolumes(request, deps),
    listSnapshots: (request) => listSnapshots(request, deps),
    listPools: () => listPools(deps),
  });
}
