import { expect } from 'chai';
import { ofKind, only, render, snapshotApis } from './render.ts';

describe('chart: classes and driver', () => {
  it('describes the driver to Kubernetes', () => {
    const driver = only(render(), 'CSIDriver');
    expect(driver.metadata.name).to.equal('csi.tome.storage');
    expect(driver['spec']).to.deep.equal({
      attachRequired: false,
      podInfoOnMount: true,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      storageCapacity: true,
      seLinuxMount: true,
      requiresRepublish: false,
      volumeLifecycleModes: ['Persistent', 'Ephemeral'],
    });
  });

  it('makes a StorageClass that binds late and grows, when no more than a name is given', () => {
    const storageClass = only(render({ storageClasses: [{ name: 'plain' }] }), 'StorageClass');
    expect(storageClass).to.deep.include({
      provisioner: 'csi.tome.storage',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    });
    expect(storageClass.metadata.annotations).to.deep.equal({ 'storageclass.kubernetes.io/is-default-class': 'false' });
  });

  it('names ext4 unless the class says what its volumes are, so that the kubelet sees to fsGroup', () => {
    const managedRoots = [{ path: '/srv/data' }];
    const filesystems = [{ name: 'own', kind: 'directory', hooks: { mount: { command: ['mount.own'] } } }];
    const parametersOf = (parameters: object) =>
      only(render({ managedRoots, filesystems, storageClasses: [{ name: 'a', parameters }] }), 'StorageClass')[
        'parameters'
      ];
    expect(parametersOf({})).to.deep.equal({ 'csi.storage.k8s.io/fstype': 'ext4', storageClass: 'a' });
    expect(parametersOf({ pool: 'fast' })).to.deep.equal({
      'csi.storage.k8s.io/fstype': 'ext4',
      pool: 'fast',
      storageClass: 'a',
    });
    for (const said of [{ 'csi.storage.k8s.io/fstype': 'xfs' }, { fsType: 'xfs' }, { filesystem: 'own' }]) {
      expect(parametersOf(said)).to.deep.equal({ ...said, storageClass: 'a' });
    }
    const managed = { type: 'managed', hostPath: '/srv/data/${pvc.namespace}/${pvc.name}', uid: '1000' };
    expect(parametersOf(managed)).to.deep.equal({ ...managed, storageClass: 'a' });
  });

  it('tells volumes what their class is called, or what it is to count as', () => {
    const parametersOf = (parameters: object) =>
      only(render({ storageClasses: [{ name: 'a', parameters }] }), 'StorageClass')['parameters'];
    expect(parametersOf({})).to.have.property('storageClass', 'a');
    expect(parametersOf({ storageClass: 'gold' })).to.have.property('storageClass', 'gold');
  });

  it('makes a class of managed volumes one that does not grow', () => {
    const storageClasses = [{ name: 'a', parameters: { type: 'managed', hostPath: '/srv/data/${pvc.name}' } }];
    const [storageClass] = ofKind(render({ managedRoots: [{ path: '/srv/data' }], storageClasses }), 'StorageClass');
    expect(storageClass).to.have.property('allowVolumeExpansion', false);
  });

  it('passes on all that a StorageClass can have', () => {
    const given = {
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'Immediate',
      allowVolumeExpansion: false,
      parameters: { 'csi.storage.k8s.io/fstype': 'xfs', exclusive: 'true' },
      mountOptions: ['noatime'],
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'topology.tome.storage/node', values: ['a'] }] }],
    };
    const classes = [{ name: 'full', default: true, annotations: { a: 'b' }, ...given }];
    const storageClass = only(render({ storageClasses: classes, driverName: 'other.example' }), 'StorageClass');
    const parameters = { ...given.parameters, storageClass: 'full' };
    expect(storageClass).to.deep.include({ ...given, parameters, provisioner: 'other.example' });
    expect(storageClass.metadata.annotations).to.include({
      'storageclass.kubernetes.io/is-default-class': 'true',
      a: 'b',
    });
  });

  it('makes snapshot classes only where there are snapshots', () => {
    expect(ofKind(render({}), 'VolumeSnapshotClass')).to.be.empty;
    expect(ofKind(render({}), 'VolumeGroupSnapshotClass')).to.be.empty;
    const manifests = render({}, { apiVersions: snapshotApis });
    expect(only(manifests, 'VolumeSnapshotClass')).to.deep.include({
      driver: 'csi.tome.storage',
      deletionPolicy: 'Delete',
    });
    const group = only(manifests, 'VolumeGroupSnapshotClass');
    expect(group).to.deep.include({ apiVersion: 'groupsnapshot.storage.k8s.io/v1', driver: 'csi.tome.storage' });
    expect(group.metadata.name).to.equal('tome');
    const named = render({ groupSnapshotClasses: [{ name: 'own' }] }, { apiVersions: snapshotApis });
    expect(only(named, 'VolumeGroupSnapshotClass').metadata.name).to.equal('own');
  });

  it('makes VolumeAttributesClasses in the version that the cluster has', () => {
    const values = { volumeAttributesClasses: [{ name: 'alone', parameters: { exclusive: 'true' } }] };
    const attributes = only(render(values), 'VolumeAttributesClass');
    expect(attributes).to.deep.include({ driverName: 'csi.tome.storage', parameters: { exclusive: 'true' } });
    expect(attributes.apiVersion).to.equal('storage.k8s.io/v1');
    const older = only(render(values, { kubeVersion: '1.33.0' }), 'VolumeAttributesClass');
    expect(older.apiVersion).to.equal('storage.k8s.io/v1beta1');
  });
});
