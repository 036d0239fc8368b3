import { implement, type Service } from '../server/implement.ts';
import type { AdminDeps } from './deps.ts';
import { listGroups } from './list-groups.ts';
import { listPools } from './list-pools.ts';
import { listSnapshots } from './list-snapshots.ts';
import { listVolumes } from './list-volumes.ts';

/** tome.v1.Admin: what the command line lists for people. It changes nothing. */
export function adminService(deps: AdminDeps): Service {
  return implement('tome.v1.Admin', {
    listVolumes: (request) => listVolumes(request, deps),
    listSnapshots: (request) => listSnapshots(request, deps),
    listGroups: (request) => listGroups(request, deps),
    listPools: () => listPools(deps),
  });
}
