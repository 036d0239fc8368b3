import { expect } from 'chai';
import * as z from 'zod';
import { everyOption } from './every-option.ts';
import { ofKind, only, render, snapshotApis } from './render.ts';

const roleSchema = z.object({
  rules: z.array(
    z.strictObject({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }),
  ),
});

/** What a role allows, as `resource.group: verbs`, whatever rules it is written in. */
function allowed(values: object, kind: string, ending: string, apiVersions: readonly string[] = []): object {
  const { rules } = roleSchema.parse(only(render(values, { apiVersions }), kind, ending));
  const verbs = new Map<string, Set<string>>();
  for (const rule of rules) {
    for (const group of rule.apiGroups) {
      for (const resource of rule.resources) {
        const name = group === '' ? resource : `${resource}.${group}`;
        verbs.set(name, new Set([...(verbs.get(name) ?? []), ...rule.verbs]));
      }
    }
  }
  return Object.fromEntries([...verbs].map(([name, set]) => [name, [...set].sort().join(' ')]));
}

const READ = 'get list watch';
const OWN = 'create delete get list patch watch';

const controllerAlways = {
  'volumes.tome.storage': OWN,
  'snapshots.tome.storage': OWN,
  'snapshotgroups.tome.storage': OWN,
  'pools.tome.storage': 'get list patch watch',
  'quotas.tome.storage': READ,
  'quotas/status.tome.storage': 'patch',
  'snapshotschedules.tome.storage': READ,
  'snapshotschedules/status.tome.storage': 'patch',
  'volumetemplates.tome.storage': 'create get list patch watch',
  'volumetemplates/status.tome.storage': 'patch',
  'volumetemplategroups.tome.storage': 'get list patch watch',
  'volumetemplategroups/status.tome.storage': 'patch',
  pods: 'get',
  events: 'create patch',
  persistentvolumes: 'create delete get list patch watch',
  persistentvolumeclaims: 'get list patch update watch',
  'persistentvolumeclaims/status': 'patch',
  nodes: READ,
  'storageclasses.storage.k8s.io': READ,
  'csinodes.storage.k8s.io': READ,
  'volumeattachments.storage.k8s.io': READ,
  'volumeattributesclasses.storage.k8s.io': READ,
};

const snapshotter = {
  'volumesnapshots.snapshot.storage.k8s.io': 'create delete get list update watch',
  'volumesnapshotclasses.snapshot.storage.k8s.io': READ,
  'volumesnapshotcontents.snapshot.storage.k8s.io': 'get list patch watch',
  'volumesnapshotcontents/status.snapshot.storage.k8s.io': 'patch update',
};

const groupSnapshotter = {
  'volumegroupsnapshots.groupsnapshot.storage.k8s.io': 'create delete get list',
  'volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io': READ,
  'volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io': 'get list patch watch',
  'volumegroupsnapshotcontents/status.groupsnapshot.storage.k8s.io': 'patch update',
};

describe('chart: permissions', () => {
  it('lets the controller do what it and its two sidecars do', () => {
    expect(allowed({}, 'ClusterRole', '-controller')).to.deep.equal(controllerAlways);
    expect(allowed({}, 'Role', '-controller')).to.deep.equal({
      'leases.coordination.k8s.io': 'create get update',
      'csistoragecapacities.storage.k8s.io': 'create delete get list update watch',
      pods: 'get',
      persistentvolumeclaims: 'create delete',
      'replicasets.apps': 'get',
    });
  });

  it('adds what a sidecar needs only with that sidecar', () => {
    expect(allowed({ snapshots: { enabled: true } }, 'ClusterRole', '-controller')).to.deep.equal({
      ...controllerAlways,
      ...snapshotter,
    });
    expect(allowed({}, 'ClusterRole', '-controller', snapshotApis)).to.deep.equal({
      ...controllerAlways,
      ...snapshotter,
      ...groupSnapshotter,
    });
    expect(allowed({ attach: { enabled: true } }, 'ClusterRole', '-controller')).to.deep.equal({
      ...controllerAlways,
      'volumeattachments.storage.k8s.io': 'get list patch watch',
      'volumeattachments/status.storage.k8s.io': 'patch',
    });
  });

  it('lets the node do nothing but its volumes and events', () => {
    expect(allowed({ attach: { enabled: true } }, 'ClusterRole', '-node', snapshotApis)).to.deep.equal({
      'volumes.tome.storage': OWN,
      'snapshots.tome.storage': OWN,
      'snapshotgroups.tome.storage': 'delete get list patch watch',
      'pools.tome.storage': 'create get list patch watch',
      'volumes/status.tome.storage': 'patch',
      'snapshots/status.tome.storage': 'patch',
      'snapshotgroups/status.tome.storage': 'patch',
      'pools/status.tome.storage': 'patch',
      events: 'create patch',
    });
  });

  it('lets the check before uninstalling list, and nothing else', () => {
    expect(allowed({}, 'ClusterRole', '-uninstall-check')).to.deep.equal({
      'volumes.tome.storage': 'list',
      'snapshots.tome.storage': 'list',
      pods: 'list',
    });
  });

  it('never gives a wildcard or secrets', () => {
    const all = JSON.stringify(
      render({ attach: { enabled: true } }, { apiVersions: snapshotApis }).filter(({ kind }) => kind.endsWith('Role')),
    );
    expect(all).not.to.contain('"*"').and.not.to.contain('"secrets"');
  });

  it('lets the node make pods only where a filesystem has an image, and only in its own namespace', () => {
    const { filesystems } = everyOption;
    expect(allowed({ filesystems }, 'Role', '-mount-pods')).to.deep.equal({
      pods: 'create delete get list',
      'pods/log': 'get',
      secrets: 'create delete',
    });
    expect(allowed({ filesystems }, 'ClusterRole', '-node')).to.deep.equal(allowed({}, 'ClusterRole', '-node'));
    const manifests = render({ filesystems });
    expect(only(manifests, 'Role', '-mount-pods').metadata.namespace).to.equal('tome-system');
    expect(only(manifests, 'RoleBinding', '-mount-pods')).to.have.nested.property(
      'subjects[0].name',
      'tome-tome-csi-node',
    );
    const without = render({ filesystems: filesystems.slice(1) });
    expect(JSON.stringify(without)).not.to.contain('mount-pods');
  });

  it('binds each role to the account of its pods', () => {
    const manifests = render({ controller: { serviceAccount: { create: false, name: 'mine' } } });
    expect(ofKind(manifests, 'ServiceAccount').map(({ metadata }) => metadata.name)).to.deep.equal([
      'tome-tome-csi-node',
      'tome-tome-csi-uninstall-check',
    ]);
    expect(only(manifests, 'Deployment')).to.have.nested.property('spec.template.spec.serviceAccountName', 'mine');
    expect(only(manifests, 'ClusterRoleBinding', '-controller')).to.have.nested.property('subjects[0].name', 'mine');
    expect(only(manifests, 'RoleBinding', '-controller')).to.have.nested.property('subjects[0].name', 'mine');
    expect(only(manifests, 'ClusterRoleBinding', '-node')).to.have.nested.property(
      'subjects[0].name',
      'tome-tome-csi-node',
    );
  });

  it('can be left to somebody else', () => {
    const kinds = render({ rbac: { create: false } }).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.includes('Role'))).to.be.empty;
  });
});
