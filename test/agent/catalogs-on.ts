import type { Catalog } from '../../src/catalog/catalog.ts';
import { openKubernetesCatalog, type Narrowing } from '../../src/catalog/kubernetes/open-kubernetes-catalog.ts';
import { silent } from '../pool/open-test-pool.ts';
import type { TestApiServer, User } from '../support/api-server.ts';
import type { TestCatalogs } from './cluster.ts';

/** Each with the rights of its mode, and an agent with no sight of others' resources. */
export function catalogsOn(server: TestApiServer): TestCatalogs {
  const opened: Catalog[] = [];
  const open = (user: User, narrow?: Narrowing): Catalog => {
    const catalog = openKubernetesCatalog({ credentials: server.credentials(user), log: silent, narrow });
    opened.push(catalog);
    return catalog;
  };
  return {
    everything: open('admin'),
    ofControllers: [open('controller'), open('controller')],
    ofNode: (name) => open('node', { nodeName: name, pools: [`${name}.default`] }),
    close: async () => {
      await Promise.all(opened.map((catalog) => catalog.close()));
    },
  };
}
