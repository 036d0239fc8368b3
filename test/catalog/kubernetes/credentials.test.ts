import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inClusterCredentials } from '../../../src/catalog/kubernetes/in-cluster.ts';
import { kubeconfigCredentials } from '../../../src/catalog/kubernetes/kubeconfig.ts';
import { openKubernetesCatalog } from '../../../src/catalog/kubernetes/open-kubernetes-catalog.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { errorOf } from '../outcomes.ts';
import { silent } from './silent.ts';
import { describeInWorld } from './world.ts';

describeInWorld('credentials for the API server', (world) => {
  it('come from a kubeconfig', async () => {
    const credentials = kubeconfigCredentials(world().server.kubeconfig);
    const catalog = openKubernetesCatalog({ credentials, log: silent });
    await catalog.check();
    expect(await catalog.volumes.list()).to.deep.equal([]);
    await catalog.close();
  });

  it("come from a pod's service account, whose token is replaced while it is used", async () => {
    const { server } = world();
    const directory = await mkdtemp(join(tmpdir(), 'tome-account-'));
    const { tls } = await server.credentials('admin')();
    await writeFile(join(directory, 'ca.crt'), String(tls.ca));
    await writeFile(join(directory, 'token'), 'expired\n');
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port) };
    const { volumes, close } = openBound(inClusterCredentials(env, directory));
    try {
      const refusal = await errorOf(volumes.find(volumeId('one')));
      expect(refusal).to.be.instanceOf(VolumeError).and.to.include({ reason: 'Unavailable' });
      expect(String(refusal)).to.contain('does not accept the credentials');
      await writeFile(join(directory, 'token'), 'admin\n');
      expect(await volumes.find(volumeId('one'))).to.equal(undefined);
      expect(await volumes.list()).to.deep.equal([]);
    } finally {
      await close();
      await rm(directory, { recursive: true });
    }
  });

  it('are missing outside of a cluster, which is said', () => {
    expect(() => inClusterCredentials({})).to.throw(VolumeError, 'give a kubeconfig');
  });

  it('that do not belong to the server end in a clear message', async () => {
    const { server } = world();
    const stranger = async () => ({ ...(await server.credentials('admin')()), tls: {} });
    const { volumes, close } = openBound(stranger);
    expect(String(await errorOf(volumes.find(volumeId('one'))))).to.contain('certificate');
    await close();
  });
});

function openBound(credentials: Parameters<typeof openKubernetesCatalog>[0]['credentials']) {
  const catalog = openKubernetesCatalog({ credentials, log: silent });
  return { volumes: catalog.volumes, close: () => catalog.close() };
}
