import { implement, type Service } from '../server/implement.ts';
import type { AdminDeps } from './deps.ts';
import { deleteQuota } from './delete-quota.ts';
import { listGroups } from './list-groups.ts';
import { listPools } from './list-pools.ts';
import { listQuotas } from './list-quotas.ts';
import { listSnapshots } from './list-snapshots.ts';
import { createTemplatesByRequest } from './create-templates.ts';
import { deleteTemplateByRequest } from './delete-template.ts';
import { listTemplates } from './list-templates.ts';
import { listVolumes } from './list-volumes.ts';
import { modifySnapshot } from './modify-snapshot.ts';
import { setQuota } from './set-quota.ts';

/** tome.v1.Admin: what the command line lists for people, and what CSI has no call for. */
export function adminService(deps: AdminDeps): Service {
  const creating = { catalog: deps.catalog, quotas: deps.quotas, now: Date.now };
  return implement('tome.v1.Admin', {
    listVolumes: (request) => listVolumes(request, deps),
    listSnapshots: (request) => listSnapshots(request, deps),
    listGroups: (request) => listGroups(request, deps),
    listPools: () => listPools(deps),
    modifySnapshot: (request, call) => modifySnapshot(request, creating, call),
    listTemplates: (request) => listTemplates(request, deps),
    createTemplates: (request, call) => createTemplatesByRequest(request, creating, call),
    deleteTemplate: (request, call) => deleteTemplateByRequest(request, creating, call),
    setQuota: (request) => setQuota(request, deps),
    listQuotas: (request) => listQuotas(request, deps),
    deleteQuota: (request) => deleteQuota(request, deps),
  });
}
