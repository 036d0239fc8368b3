import { setTimeout as delay } from 'node:timers/promises';
import type { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';

const KINDS = [
  { group: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', scope: 'Namespaced' },
  { group: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshotContent', scope: 'Cluster' },
  { group: 'groupsnapshot.storage.k8s.io', kind: 'VolumeGroupSnapshot', scope: 'Namespaced' },
  { group: 'groupsnapshot.storage.k8s.io', kind: 'VolumeGroupSnapshotContent', scope: 'Cluster' },
] as const;

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The kinds of external-snapshotter, without what it says of their fields. Once is enough. */
export async function installSnapshotApis(admin: ApiServer): Promise<void> {
  for (const { group, kind, scope } of KINDS) {
    const singular = kind.toLowerCase();
    const plural = `${singular}s`;
    const approved = 'https://github.com/kubernetes-csi/external-snapshotter/pull/814';
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } };
    const body = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': approved } },
      spec: {
        group,
        scope,
        names: { kind, listKind: `${kind}List`, plural, singular },
        versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema }],
      },
    };
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const { status, body: said } = await admin.request({ method: 'POST', path, body });
    if (status !== 201 && status !== 409) throw new Error(`${plural}: ${JSON.stringify(said)}`);
    while ((await admin.request({ method: 'GET', path: `/apis/${group}/v1/${plural}` })).status !== 200)
      await delay(50);
  }
}
