import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { claims, statefulSets } from '../support/kinds.ts';
import { podManifest } from '../support/manifests.ts';
import { create, list, patch } from '../support/objects.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

describe('a StatefulSet', () => {
  const space = useSpace('stateful');

  it('has a volume for each of three pods, each with its data after all pods were away', async () => {
    await createStatefulSet();
    const set = space.of(statefulSets, 'db');
    const replicas = (count: number) =>
      waitFor(set, `${count} replicas`, (object) => object?.status?.replicas === count);
    await waitFor(set, 'ready', (object) => object?.status?.readyReplicas === 3, 150_000);
    const names = ['db-0', 'db-1', 'db-2'];
    const written = await Promise.all(names.map((name) => writeData(space.container(name))));
    expect(new Set(written).size).to.equal(3);
    expect(await list(claims, { namespace: space.name })).to.have.length(3);

    await patch(set, { spec: { replicas: 0 } });
    await replicas(0);
    await patch(set, { spec: { replicas: 3 } });
    await waitFor(set, 'ready', (object) => object?.status?.readyReplicas === 3, 150_000);
    expect(await Promise.all(names.map((name) => checksum(space.container(name))))).to.deep.equal(written);
  });

  async function createStatefulSet(): Promise<void> {
    const labels = { app: 'db' };
    const { spec } = podManifest(space.name, 'db', { restartPolicy: 'Always' });
    // The template's claims take the place of the pod's volumes.
    const podSpec = { terminationGracePeriodSeconds: 2, containers: spec?.containers ?? [] };
    await create(statefulSets, {
      metadata: { name: 'db', namespace: space.name },
      spec: {
        serviceName: 'db',
        replicas: 3,
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              storageClassName: 'tome',
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: '64Mi' } },
            },
          },
        ],
      },
    });
  }
});
