import { expect } from 'chai';
import { containers, render, snapshotApis } from './render.ts';

const everything = { attach: { enabled: true } };
const workloads = ['Deployment', 'DaemonSet', 'Job', 'Pod'];

const pods = (values: object) =>
  render({ ...everything, ...values }, { apiVersions: snapshotApis }).filter(({ kind }) => workloads.includes(kind));

const images = (values: object) => pods(values).flatMap((pod) => containers(pod).map(({ image }) => image));

describe('chart: images', () => {
  it('are those of the versions that are tested', () => {
    expect([...new Set(images({}))].sort()).to.deep.equal([
      'registry.k8s.io/sig-storage/csi-attacher:v4.13.0',
      'registry.k8s.io/sig-storage/csi-provisioner:v6.3.0',
      'registry.k8s.io/sig-storage/csi-resizer:v2.3.0',
      'registry.k8s.io/sig-storage/csi-snapshotter:v8.7.0',
      'tome-csi:0.1.0',
    ]);
  });

  it('all come from the registry that replaces theirs', () => {
    const all = images({
      imageRegistry: 'mirror.example:5000/k8s',
      tests: { image: { repository: 'busybox', tag: '1' } },
    });
    expect(all).to.have.length(8);
    for (const image of all) expect(image).to.match(/^mirror\.example:5000\/k8s\//);
    expect(all).to.include('mirror.example:5000/k8s/busybox:1');
  });

  it('can be pinned by digest', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    expect(images({ image: { registry: 'ghcr.io', repository: 'x/tome', digest } })).to.include(
      `ghcr.io/x/tome@${digest}`,
    );
  });

  it('are pulled with the secrets by every pod, also those of hooks', () => {
    const imagePullSecrets = [{ name: 'key' }];
    for (const pod of pods({ imagePullSecrets })) {
      const spec = pod.kind === 'Pod' ? 'spec' : 'spec.template.spec';
      expect(pod, pod.metadata.name)
        .to.have.nested.property(`${spec}.imagePullSecrets`)
        .that.deep.equals(imagePullSecrets);
    }
  });
});
