import { expect } from 'chai';
import { container, ofKind, only, render } from './render.ts';

describe('chart: hooks', () => {
  it('asks before an uninstall whether volumes exist, once, and shows the answer', () => {
    const job = only(render({ driverName: 'other.example' }), 'Job', '-uninstall-check');
    expect(job.metadata.annotations).to.include({
      'helm.sh/hook': 'pre-delete',
      'helm.sh/hook-output-log-policy': 'hook-failed',
    });
    expect(job).to.have.nested.property('spec.backoffLimit', 0);
    expect(job).to.have.nested.property('spec.template.spec.restartPolicy', 'Never');
    expect(container(job, 'tome').args).to.deep.equal(['uninstall-check', '--driver-name=other.example']);
    expect(job).to.have.nested.property('spec.template.spec.serviceAccountName', 'tome-tome-csi-uninstall-check');
  });

  it('can leave the check out, with its account and role', () => {
    const manifests = render({ uninstallCheck: { enabled: false } });
    expect(manifests.filter(({ metadata }) => metadata.name.includes('uninstall-check'))).to.be.empty;
  });

  it('tests with a volume of the first class that goes with its pod', () => {
    const pod = only(render({ storageClasses: [{ name: 'one' }, { name: 'two' }] }), 'Pod', '-test-volume');
    expect(pod.metadata.annotations).to.include({ 'helm.sh/hook': 'test' });
    const claim = 'spec.volumes[0].ephemeral.volumeClaimTemplate.spec';
    expect(pod).to.have.nested.property(`${claim}.storageClassName`, 'one');
    expect(container(pod, 'test').image).to.equal('tome-csi:0.1.0');
    const chosen = only(render({ tests: { storageClass: 'mine', size: '1Gi' } }), 'Pod', '-test-volume');
    expect(chosen).to.have.nested.property(`${claim}.storageClassName`, 'mine');
    expect(chosen).to.have.nested.property(`${claim}.resources.requests.storage`, '1Gi');
  });

  it('has no test when there is no class to test', () => {
    expect(ofKind(render({ storageClasses: [] }), 'Pod')).to.be.empty;
  });
});
