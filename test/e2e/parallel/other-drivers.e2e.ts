import { expect } from 'chai';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { fill, leftOf, untilTold } from '../support/imports.ts';
import { claims, persistentVolumes, storageClasses, volumeTemplates } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { create, get, remove } from '../support/objects.ts';
import { onNode } from '../support/on-node.ts';
import { settings } from '../support/settings.ts';
import { startSourceServer } from '../support/source-server.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

const capacity = { storage: '64Mi' };

describe("a claim of another driver's class", () => {
  const space = useSpace('other-drivers');
  const other = `${space.name}-other`;
  const directory = `${settings.managedRoot}/${space.name}`;
  const bound = { kind: persistentVolumes, name: `${space.name}-disk` };
  const template = { kind: volumeTemplates, name: `${space.name}-of-other` };
  let node: string;

  before(async () => {
    [node] = await twoNodes();
    await onNode(node, `mkdir -p /host${directory}`);
    await create(storageClasses, { metadata: { name: other }, provisioner: 'other.example.org' });
  });

  after(async () => {
    await remove({ kind: storageClasses, name: other });
    await remove(template);
    await onNode(node, `rm -r /host${directory}`);
  });

  /** What the other driver's provisioner does: a volume for this claim alone. */
  async function provision(name: string): Promise<void> {
    const { metadata } = await get({ kind: claims, namespace: settings.namespace, name });
    const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }];
    await create(persistentVolumes, {
      metadata: { name: bound.name },
      spec: {
        capacity,
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: other,
        local: { path: directory },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
        claimRef: { namespace: settings.namespace, name, ...(metadata?.uid && { uid: metadata.uid }) },
      },
    });
  }

  it('is filled as any other', async () => {
    const server = await startSourceServer(space);
    const filling = await fill(space, 'model', { source: `${server.origin}/model.bin` }, { class: other });
    await untilTold(filling, 'Importing');
    await provision(filling.made);
    await space.bound(filling.claim, 180_000);
    expect((await get(filling.claim)).spec?.volumeName).to.equal(bound.name);
    const pod = await space.runningPod('model', {});
    expect(await run(pod, 'sha256sum < /data/model.bin')).to.equal(await server.run('sha256sum < model.bin'));
    expect(await leftOf(filling)).to.deep.equal([]);
  });

  it('becomes no template, and gets no clone of one: both is said', async () => {
    const source = { persistentVolumeClaim: { namespace: space.name, name: 'model' } };
    await create(volumeTemplates, { metadata: { name: template.name }, spec: { source } });
    const failed = await waitFor(template, 'failed', (one) => one?.status?.state === 'Failed');
    expect(failed?.status?.message).to.match(/claim .*model is not of driver csi.tome.storage/);
    const clone = await space.claim('clone', { class: other, from: { kind: 'VolumeTemplate', name: template.name } });
    expect(await eventAbout(clone, /CloneWaits/)).to.contain('is of other.example.org, which has no templates');
    await space.removedPod('model');
    for (const claim of ['model', 'clone']) await space.removed(space.of(claims, claim));
    await space.removed(bound);
  });
});
