import { expect } from 'chai';
import { readyStatus, volumeSpec } from '../catalog/fixtures.ts';
import { flakyServer } from '../import/flaky-server.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { clusterWorld, HANDLE, OWN, USERS } from './cluster-world.ts';

describe('claims that are filled', function () {
  this.timeout(120_000);

  it('get their volume once no node has it any more', async () => {
    const world = await clusterWorld();
    const directory = temporaryDirectory('tome-populator');
    const server = await flakyServer(Buffer.from('weights'));
    const uid = await world.ask('held', { source: `${server.origin}/model.bin` });
    await world.populator.look();
    const volume = await world.provision(uid);
    const place = '/apis/tome.storage/v1alpha1/volumes';
    const here = { nodeName: 'node-a', readOnly: false };
    const spec = volumeSpec({ name: 'held', attachments: [{ ...here, accessMode: 'SINGLE_NODE_WRITER' }] });
    await world.post(place, { apiVersion: 'tome.storage/v1alpha1', kind: 'Volume', metadata: { name: HANDLE }, spec });
    await world.patch(`${place}/${HANDLE}/status`, { status: { ...readyStatus, mounts: [here] } });
    const ownerAfterLooks = async () => {
      for (let looks = 0; looks < 4; looks += 1) await world.populator.look();
      return (await world.claimRefOf(volume))?.['namespace'];
    };
    try {
      await world.runPod(directory.path, uid);
      expect(await ownerAfterLooks()).to.equal(OWN);
      expect((await world.statusOf('held'))?.[0]?.['message']).to.equal('the node is letting go of the volume');
      await world.patch(`${place}/${HANDLE}/status`, { status: { mounts: [] } });
      expect(await ownerAfterLooks(), 'while it is attached').to.equal(OWN);
      await world.patch(`${place}/${HANDLE}`, { spec: { attachments: [] } });
      expect(await ownerAfterLooks()).to.equal(USERS);
    } finally {
      await world.admin.request({ method: 'DELETE', path: `${place}/${HANDLE}` });
      world.admin.close();
      await server.close();
      await directory.cleanUp();
    }
  });
});
