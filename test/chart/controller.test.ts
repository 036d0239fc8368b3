import { expect } from 'chai';
import { container, containers, ofKind, only, render, snapshotApis } from './render.ts';

const controller = (values: object = {}, apiVersions: readonly string[] = []) =>
  only(render(values, { apiVersions }), 'Deployment', '-controller');

const names = (values: object = {}, apiVersions: readonly string[] = []) =>
  containers(controller(values, apiVersions)).map(({ name }) => name);

describe('chart: the controller', () => {
  it('has the sidecars that work in any cluster', () => {
    expect(names()).to.deep.equal(['tome', 'csi-provisioner', 'csi-resizer']);
  });

  it('has the snapshotter where the cluster has the CRDs, unless the value decides', () => {
    expect(names({}, snapshotApis)).to.include('csi-snapshotter');
    expect(names({ snapshots: { enabled: true } })).to.include('csi-snapshotter');
    expect(names({ snapshots: { enabled: false } }, snapshotApis)).not.to.include('csi-snapshotter');
  });

  it('has the attacher only with attach, and the CSIDriver says the same', () => {
    expect(names({ attach: { enabled: true } })).to.include('csi-attacher');
    expect(only(render({ attach: { enabled: true } }), 'CSIDriver')).to.have.nested.property(
      'spec.attachRequired',
      true,
    );
    expect(only(render(), 'CSIDriver')).to.have.nested.property('spec.attachRequired', false);
  });

  it('gives the provisioner what capacity and topology need', () => {
    const provisioner = container(controller(), 'csi-provisioner');
    expect(provisioner.args).to.include.members([
      '--csi-address=/csi/csi.sock',
      '--extra-create-metadata',
      '--enable-capacity',
      '--capacity-ownerref-level=2',
      '--capacity-poll-interval=10s',
      '--timeout=60s',
      '--leader-election',
    ]);
    expect(provisioner.args.join()).not.to.contain('strict-topology');
    // It would have the kubelet change the files of managed volumes, for pods with an fsGroup.
    expect(provisioner.args.join()).not.to.contain('fstype');
    expect(JSON.stringify(provisioner['env'])).to.contain('"NAMESPACE"').and.to.contain('"POD_NAME"');
  });

  it('elects a leader for every sidecar, which can be turned off for one replica alone', () => {
    const all = controller({ attach: { enabled: true } }, snapshotApis);
    const without = controller({ controller: { leaderElection: { enabled: false } } });
    for (const { name, args } of containers(all).slice(1)) {
      expect(args, name).to.include('--leader-election');
      expect(args.join().includes('ReleaseLeaderElectionOnExit=true'), name).to.equal(name !== 'csi-snapshotter');
    }
    for (const { name, args } of containers(without)) expect(args.join(), name).not.to.contain('leader');
    expect(() => render({ controller: { replicas: 2, leaderElection: { enabled: false } } })).to.throw(
      'controller.replicas above 1 needs controller.leaderElection.enabled',
    );
  });

  it('comes with a disruption budget from two replicas on', () => {
    expect(ofKind(render(), 'PodDisruptionBudget')).to.be.empty;
    const manifests = render({ controller: { replicas: 2 } });
    expect(only(manifests, 'Deployment')).to.have.nested.property('spec.replicas', 2);
    const budget = only(manifests, 'PodDisruptionBudget');
    expect(budget).to.have.nested.property('spec.maxUnavailable', 1);
    expect(budget).to.have.nested.property('spec.selector.matchLabels.app\\.kubernetes\\.io/component', 'controller');
  });

  it('runs as nobody, with nothing but its socket to write to', () => {
    const pod = controller({ attach: { enabled: true } }, snapshotApis);
    expect(pod).to.have.nested.property('spec.template.spec.securityContext.runAsNonRoot', true);
    expect(pod).to.have.nested.property('spec.template.spec.securityContext.seccompProfile.type', 'RuntimeDefault');
    for (const { name, ...rest } of containers(pod)) {
      expect(rest['securityContext'], name).to.deep.equal({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    expect(JSON.stringify(pod)).not.to.contain('hostPath');
  });

  it('is watched through /healthz and /readyz, its sidecars through their leases, each on a port of its own', () => {
    const all = containers(controller({ attach: { enabled: true }, metrics: { port: 7000 } }, snapshotApis));
    const [tome] = all;
    expect(tome).to.have.nested.property('livenessProbe.httpGet.path', '/healthz');
    expect(tome).to.have.nested.property('readinessProbe.httpGet.path', '/readyz');
    expect(all.map((one) => JSON.stringify(one['ports']).replaceAll(/\D/g, ''))).to.deep.equal([
      '7000',
      '7001',
      '7002',
      '7003',
      '7004',
    ]);
  });

  it('starts anew when its configuration changes, and not otherwise', () => {
    const checksum = (values: object) => JSON.stringify(controller(values)).match(/"checksum\/config":"(\w+)"/)?.[1];
    expect(checksum({}))
      .to.be.a('string')
      .and.to.equal(checksum({ node: { sweepIntervalSeconds: 5 } }));
    expect(checksum({})).not.to.equal(checksum({ logLevel: 'debug' }));
  });

  it('takes arguments, resources and environment for each container', () => {
    const limits = { limits: { memory: '1Gi' } };
    const sidecar = { extraArgs: ['--v=5'], resources: limits };
    const pod = controller(
      {
        attach: { enabled: true },
        controller: {
          ...{ extraArgs: ['--log-level=debug'], resources: limits, extraEnv: [{ name: 'A', value: 'b' }] },
          ...{ provisioner: sidecar, resizer: sidecar, snapshotter: sidecar, attacher: sidecar },
        },
      },
      snapshotApis,
    );
    const [tome, ...sidecars] = containers(pod);
    expect(tome?.args).to.deep.equal(['controller', '--config=/etc/tome/config.json', '--log-level=debug']);
    expect(tome?.['env']).to.deep.include({ name: 'A', value: 'b' });
    expect(sidecars).to.have.length(4);
    for (const { name, args, resources } of sidecars) {
      expect(args, name).to.include('--v=5');
      expect(resources, name).to.have.property('limits').that.deep.equals(limits.limits);
    }
  });
});
