import { expect } from 'chai';
import * as z from 'zod';
import { everyOption } from './every-option.ts';
import { container, containers, only, render, type Manifest } from './render.ts';

const daemonSet = (values: object = {}) => only(render(values), 'DaemonSet', '-node');

const configMap = z.object({ data: z.object({ 'config.json': z.string() }) });
const nodeConfig = (values: object): unknown =>
  JSON.parse(configMap.parse(only(render(values), 'ConfigMap', '-node')).data['config.json']);

const mounts = z.array(z.object({ mountPath: z.string(), mountPropagation: z.string().optional() }));

/** What the container and the node mount for each other. */
function sharedDirectories(set: Manifest): readonly string[] {
  return mounts
    .parse(container(set, 'tome')['volumeMounts'])
    .filter(({ mountPropagation }) => mountPropagation === 'Bidirectional')
    .map(({ mountPath }) => mountPath);
}

describe('chart: the node', () => {
  it('is one privileged container on every node, beside neither processes nor network of the host', () => {
    const set = daemonSet();
    expect(containers(set).map(({ name }) => name)).to.deep.equal(['tome']);
    expect(container(set, 'tome')).to.have.nested.property('securityContext.privileged', true);
    expect(set).to.have.nested.property('spec.template.spec.hostPID', false);
    expect(set).to.have.nested.property('spec.template.spec.hostNetwork', false);
    expect(set).to.have.nested.property('spec.template.spec.priorityClassName', 'system-node-critical');
    expect(set)
      .to.have.nested.property('spec.template.spec.tolerations')
      .that.deep.equals([{ operator: 'Exists' }]);
    expect(set).to.have.nested.property('spec.updateStrategy.rollingUpdate.maxSurge', 0);
  });

  it('shares /dev, the directories of kubelet and driver with the node', () => {
    const set = daemonSet({ kubeletDir: '/var/snap/microk8s/common/var/lib/kubelet' });
    expect(sharedDirectories(set)).to.deep.equal(['/var/snap/microk8s/common/var/lib/kubelet', '/var/lib/tome']);
    expect(JSON.stringify(set)).to.contain('"hostPath":{"path":"/dev","type":"Directory"}');
  });

  it('shares the directory of each pool once: with a file, the one above', () => {
    const pools = [
      {
        name: 'default',
        path: '/var/lib/tome/pools/default',
        backing: { file: '/data/images/default.img', size: '10Gi' },
      },
      { name: 'fast', path: '/mnt/fast' },
      { name: 'nested', path: '/mnt/fast/nested', nodeNames: ['a'] },
    ];
    const directories = sharedDirectories(daemonSet({ pools }));
    expect(directories).to.deep.equal(['/var/lib/kubelet', '/data/images', '/mnt/fast', '/var/lib/tome']);
  });

  it('refuses a pool whose file or mount would need a directory of the system', () => {
    const pool = { name: 'a', path: '/mnt/a/pool', backing: { file: '/pool.img' } };
    expect(() => render({ pools: [pool] })).to.throw(
      'pool a: /pool.img needs a directory of its own, as in /tome/pool.img',
    );
  });

  it('has each managed root at its own path, with what the host mounts there later', () => {
    const managedRoots = [{ path: '/srv/data' }, { path: '/srv/data/below', nodeNames: ['a'] }, { path: '/mnt/all' }];
    const set = daemonSet({ managedRoots });
    const managed = mounts
      .parse(container(set, 'tome')['volumeMounts'])
      .filter(({ mountPropagation }) => mountPropagation === 'HostToContainer');
    expect(managed.map(({ mountPath }) => mountPath)).to.deep.equal(['/mnt/all', '/srv/data']);
    expect(JSON.stringify(set)).to.contain('{"path":"/srv/data","type":"DirectoryOrCreate"}');
    expect(nodeConfig({ managedRoots })).to.have.deep.property('managedRoots', managedRoots);
  });

  for (const path of ['/etc', '/var', '/usr/share', '/var/lib/tome/pools', '/var/lib/kubelet/pods', '/var/lib']) {
    it(`refuses the managed root ${path}`, () => {
      expect(() => render({ managedRoots: [{ path }] })).to.throw(`managedRoots: ${path} `);
    });
  }

  it('is told the filesystems, and how to make pods for those that have an image', () => {
    const { filesystems } = everyOption;
    expect(nodeConfig({ filesystems, imagePullSecrets: [{ name: 'key' }] })).to.deep.include({
      filesystems,
      mountPods: {
        namespace: 'tome-system',
        labels: {
          'app.kubernetes.io/name': 'tome-csi',
          'app.kubernetes.io/instance': 'tome',
          'app.kubernetes.io/component': 'mount',
        },
        priorityClassName: 'system-node-critical',
        imagePullSecrets: [{ name: 'key' }],
        resources: { requests: { cpu: '10m', memory: '32Mi' } },
      },
    });
    const [, ntfs] = filesystems;
    expect(nodeConfig({ filesystems: [ntfs] })).not.to.have.property('mountPods');
    const inPods = {
      ...ntfs,
      image: 'registry.example/ntfs:1',
      hooks: { ...ntfs?.hooks, mountPod: ntfs?.hooks.mount },
    };
    expect(nodeConfig({ filesystems: [inPods] })).to.have.property('mountPods');
  });

  it('refuses two pools of one name that are for every node', () => {
    const pools = [
      { name: 'a', path: '/mnt/a' },
      { name: 'a', path: '/mnt/b' },
    ];
    expect(() => render({ pools })).to.throw('two entries named a are for every node');
    expect(() => render({ pools: pools.map((pool, index) => ({ ...pool, nodeNames: [`n${index}`] })) })).not.to.throw();
  });

  it('passes the configuration on as it is', () => {
    const pools = [{ name: 'bulk', path: '/mnt/bulk', reserve: '10Gi', overcommit: 1.5, nodeNames: ['big-*'] }];
    expect(nodeConfig({ pools, node: { ephemeral: { maximumSize: '1Gi' } }, maxVolumesPerNode: 40 })).to.deep.equal({
      driverName: 'csi.tome.storage',
      kubeletDir: '/var/lib/kubelet',
      stateDir: '/var/lib/tome',
      cgroupRoot: '/host/cgroup',
      pools,
      maxVolumesPerNode: 40,
      httpPort: 9808,
      logLevel: 'info',
      sweepIntervalSeconds: 60,
      poolLockWaitSeconds: 60,
      ephemeral: { enabled: true, maximumSize: '1Gi' },
    });
  });

  it('starts anew when its pools change', () => {
    const checksum = (values: object) => JSON.stringify(daemonSet(values)).match(/"checksum\/config":"(\w+)"/)?.[1];
    expect(checksum({}))
      .to.be.a('string')
      .and.not.to.equal(checksum({ pools: [] }));
  });

  it('runs where it is told, with the labels it is told', () => {
    const affinity = { nodeAffinity: {} };
    const set = daemonSet({
      commonLabels: { team: 'storage' },
      node: {
        nodeSelector: { disk: 'ssd' },
        affinity,
        podLabels: { a: 'b' },
        podAnnotations: { c: 'd' },
        tolerations: [],
      },
    });
    expect(set).to.have.nested.property('spec.template.spec.nodeSelector.disk', 'ssd');
    expect(set).to.have.nested.property('spec.template.spec.affinity').that.deep.equals(affinity);
    expect(set).to.have.nested.property('spec.template.metadata.labels').that.includes({ a: 'b', team: 'storage' });
    expect(set).to.have.nested.property('spec.template.metadata.annotations').that.includes({ c: 'd' });
    expect(set).not.to.have.nested.property('spec.template.spec.tolerations');
  });
});
