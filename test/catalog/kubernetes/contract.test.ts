import { openKubernetesCatalog } from '../../../src/catalog/kubernetes/open-kubernetes-catalog.ts';
import { sharedApiServer } from '../../support/api-server.ts';
import { describeCatalogContract } from '../contract.ts';
import { silent } from './silent.ts';
import { wipe } from './wipe.ts';

describe('custom resources', () => {
  before(async function () {
    this.timeout(120_000);
    await sharedApiServer();
  });

  const open = async () => {
    const server = await sharedApiServer();
    await wipe(server);
    const catalog = openKubernetesCatalog({ credentials: server.credentials('admin'), log: silent });
    return { catalog, dispose: () => catalog.close() };
  };
  describeCatalogContract('the catalog in custom resources', open, 10);
});
