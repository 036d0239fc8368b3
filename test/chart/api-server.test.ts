import { expect } from 'chai';
import { sharedApiServer } from '../support/api-server.ts';
import { everyOption } from './every-option.ts';
import { chartDirectory, helm } from './helm.ts';
import { ofKind, parseManifests } from './render.ts';

/** What is not on the API server of the tests: the Prometheus operator, external-snapshotter; and its CRDs are not Helm's. */
const here = {
  snapshots: { enabled: false },
  metrics: { dashboard: { enabled: true } },
  crds: { install: false },
};

describe('chart: on a real API server', () => {
  it('is installed with every option, upgraded, and uninstalled', async function () {
    this.timeout(120_000);
    const { kubeconfig } = await sharedApiServer();
    const where = [`--kubeconfig=${kubeconfig}`, '--namespace=tome-chart'];
    const values = { ...everyOption, ...here, attach: { enabled: false } };
    helm(['install', 'whole', chartDirectory, ...where, '--create-namespace'], values);
    helm(['upgrade', 'whole', chartDirectory, ...where], { ...values, controller: { replicas: 1 }, logLevel: 'debug' });
    const manifests = parseManifests(helm(['get', 'manifest', 'whole', ...where]));
    const kinds = manifests.map(({ kind }) => kind);
    expect(kinds).to.include.members(['DaemonSet', 'Deployment', 'CSIDriver', 'StorageClass', 'VolumeAttributesClass']);
    expect(ofKind(manifests, 'PodDisruptionBudget').map(({ metadata }) => metadata.name)).to.deep.equal([
      'whole-tome-csi-mount-pods',
    ]);
    // Nothing runs there, so nothing could answer the hook.
    helm(['uninstall', 'whole', ...where, '--no-hooks']);
    expect(helm(['list', ...where, '--short']).trim()).to.equal('');
  });
});
