import { expect } from 'chai';
import { modify, modifyStatus } from '../../../src/catalog/modify.ts';
import { volumeStatus } from '../fixtures.ts';
import { describeInWorld } from './world.ts';

const id = 'managed-photos';
/** All that a person has to write. */
const short = { pool: 'node-a.managed', managed: { hostPath: '/srv/photos' } };

describeInWorld('a person who has a directory', (world) => {
  it('makes a managed volume of it in two lines, under a name of their own', async () => {
    const { kubectl } = world();
    const { volumes } = world().open();
    await kubectl.create('volumes', { metadata: { name: id }, spec: short });
    const [seen] = await volumes.list();
    expect(seen?.id).to.equal(id);
    expect(seen?.status).to.deep.equal(volumeStatus);
    const managed = { hostPath: '/srv/photos', uid: 0, gid: 0, containerUid: 0, containerGid: 0 };
    expect(seen?.spec).to.deep.include({
      name: id,
      size: 0,
      volumeMode: 'Filesystem',
      managed,
      revision: 1,
    });
    expect(seen?.spec.uuid).to.match(/^[0-9a-f-]{36}$/);
    expect(await volumes.find(id)).to.deep.equal(seen);

    await modifyStatus(volumes, id, ({ status }) => ({ ...status, ready: true, observedRevision: 1 }));
    const [row] = await kubectl.table('volumes');
    expect(row).to.deep.include({ Size: '-', State: 'Ready', Node: 'node-a', Directory: '/srv/photos' });
    // What the driver writes has all fields, and stays the same volume.
    const changed = await modify(volumes, id, ({ spec }) => ({ ...spec, tags: { a: 'b' } }));
    expect(changed?.spec).to.deep.equal({ ...seen?.spec, tags: { a: 'b' } });
    await kubectl.patch('volumes', id, { spec: short });
    expect((await volumes.find(id))?.spec).to.deep.equal(changed?.spec);
  });
});
