import { expect } from 'chai';
import { modify, modifyStatus } from '../../../src/catalog/modify.ts';
import { messageOf } from '../../../src/domain/errors.ts';
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

  it('names the home of one that nodes share, once and for all, and of no other', async () => {
    const { kubectl } = world();
    const create = (spec: object) => kubectl.create('volumes', { metadata: { name: id }, spec: { ...short, ...spec } });
    for (const wrong of [{ home: 'node-a' }, { pool: 'shared.managed', home: 'node-a', sharing: 'many' }]) {
      const refusal = await create(wrong).then(() => undefined, messageOf);
      expect(refusal).to.contain('a home is for a volume in shared.managed');
    }
    await create({ pool: 'shared.managed', home: 'node-a' });
    const [row] = await kubectl.table('volumes');
    expect(row).to.deep.include({ Pool: 'shared.managed', Directory: '/srv/photos' });
    const moved = await kubectl.patch('volumes', id, { spec: { home: 'node-b' } }).then(() => undefined, messageOf);
    expect(moved).to.contain('the home of the volume cannot change');
  });

  it('is found by an exact list of an agent that watches other pools', async () => {
    await world().kubectl.create('volumes', { metadata: { name: id }, spec: short });
    const { volumes } = world().open({ narrow: { nodeName: 'node-b', pools: ['node-b.managed'] } });
    expect(await volumes.list({ pool: 'node-a.managed' })).to.deep.equal([]);
    const [found] = await volumes.list({ pool: 'node-a.managed', isExact: true });
    expect(found).to.deep.equal(await volumes.find(id));
    expect(await volumes.list({ pool: 'node-b.managed', isExact: true })).to.deep.equal([]);
  });
});
