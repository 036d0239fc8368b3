import type { ApiServer } from '../../../src/catalog/kubernetes/api-server.ts';
import { apiGroup } from '../../../src/catalog/kubernetes/kinds.ts';

const GROUP = '/apis/rbac.authorization.k8s.io/v1';

const resources = ['volumes', 'snapshots', 'snapshotgroups', 'pools'];
const statuses = resources.map((resource) => `${resource}/status`);

/** What the catalog needs in each mode, and no more. */
const roles = {
  controller: [
    { resources, verbs: ['get', 'list', 'watch'] },
    { resources: ['volumes', 'snapshots', 'snapshotgroups'], verbs: ['create', 'patch', 'delete'] },
    { resources: ['pools'], verbs: ['patch'] },
    { resources: ['quotas'], verbs: ['get', 'list', 'watch'] },
    { resources: ['quotas/status'], verbs: ['patch'] },
    { resources: ['volumetemplates'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
    { resources: ['volumetemplategroups'], verbs: ['get', 'list', 'watch', 'patch'] },
    { resources: ['volumetemplates/status', 'volumetemplategroups/status'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['persistentvolumes', 'pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list'] },
  ],
  node: [
    { resources, verbs: ['get', 'list', 'watch', 'patch'] },
    { resources: ['volumes', 'snapshots', 'pools'], verbs: ['create'] },
    { resources: statuses, verbs: ['patch'] },
    { resources: ['volumes', 'snapshots', 'snapshotgroups'], verbs: ['delete'] },
  ],
};

/** Gives the users `controller` and `node` what their modes need. */
export async function installRoles(admin: ApiServer): Promise<void> {
  for (const [name, rules] of Object.entries(roles)) {
    const metadata = { name: `tome-${name}` };
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    await post(admin, 'clusterroles', {
      apiVersion,
      kind: 'ClusterRole',
      metadata,
      rules: rules.map((rule) => ({ apiGroups: [apiGroup], ...rule })),
    });
    await post(admin, 'clusterrolebindings', {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name }],
    });
  }
}

async function post(admin: ApiServer, resource: string, body: object): Promise<void> {
  const { status, body: said } = await admin.request({ method: 'POST', path: `${GROUP}/${resource}`, body });
  if (status !== 201) throw new Error(`${resource} are refused: ${JSON.stringify(said)}`);
}
