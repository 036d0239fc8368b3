import { implement, type Service } from '../../src/csi/server/implement.ts';

type Handlers = Parameters<typeof implement<'tome.v1.Admin'>>[1];

/** tome.v1.Admin, where all that is not given answers with nothing. */
export function adminService(handlers: Partial<Handlers>): Service {
  const nothing = () => Promise.resolve({});
  return implement('tome.v1.Admin', {
    listVolumes: nothing,
    listSnapshots: nothing,
    listGroups: nothing,
    listPools: nothing,
    modifySnapshot: nothing,
    listTemplates: nothing,
    createTemplates: nothing,
    deleteTemplate: nothing,
    setQuota: nothing,
    listQuotas: nothing,
    deleteQuota: nothing,
    ...handlers,
  });
}
