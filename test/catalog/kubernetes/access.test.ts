import { expect } from 'chai';
import { VolumeError } from '../../../src/domain/errors.ts';
import { groupId, snapshotId, volumeId } from '../../../src/domain/ids.ts';
import {
  groupSpec,
  groupStatus,
  poolSpec,
  poolStatus,
  readyStatus,
  snapshotSpec,
  snapshotStatus,
} from '../fixtures.ts';
import { volumeSpec, volumeStatus } from '../fixtures.ts';
import { uncountedQuota } from '../../../src/domain/quota.ts';
import { errorOf } from '../outcomes.ts';
import { describeInWorld } from './world.ts';

const id = volumeId('one');

describeInWorld('what RBAC allows', (world) => {
  it('is named by verb and resource where it is missing', async () => {
    const catalog = world().open({ user: 'nobody' });
    const { volumes, pools } = catalog;
    const { volumes: allowed } = world().open();
    const volume = await allowed.create(id, volumeSpec(), volumeStatus);
    const refusals: [Promise<unknown>, string][] = [
      [volumes.find(id), 'get volumes.tome.storage'],
      [volumes.list(), 'list volumes.tome.storage'],
      [catalog.check(), 'list pools.tome.storage'],
      [volumes.create(volumeId('two'), volumeSpec(), volumeStatus), 'create volumes.tome.storage'],
      [volumes.update(volume, volume.spec), 'volumes.tome.storage'],
      [pools.create('node-a.default', poolSpec, poolStatus), 'create pools.tome.storage'],
    ];
    for (const [refused, what] of refusals.map(([promise, text]) => [errorOf(promise), text] as const)) {
      const refusal = await refused;
      expect(refusal).to.be.instanceOf(VolumeError).and.to.include({ reason: 'Unavailable' });
      expect(String(refusal)).to.contain('RBAC does not allow this driver to').and.to.contain(what);
    }
  });

  it('is enough for what a controller does', async () => {
    const catalog = world().open({ user: 'controller' });
    const { volumes, snapshots, groups, pools } = catalog;
    await catalog.check();
    await pools.list();
    const volume = await volumes.create(id, volumeSpec(), volumeStatus);
    await volumes.remove(await volumes.update(volume, { ...volume.spec, revision: 2 }));
    await snapshots.remove(await snapshots.create(snapshotId('one'), snapshotSpec(), snapshotStatus));
    await groups.remove(await groups.create(groupId('one'), groupSpec(), groupStatus));
    const pool = await world().open().pools.create('node-a.default', poolSpec, poolStatus);
    await pools.update(pool, { ...pool.spec, nodes: [] });
    const quota = await world()
      .open()
      .quotas.create('few', { limits: { volumes: 1 } }, uncountedQuota);
    await catalog.quotas.updateStatus(quota, { ...uncountedQuota, countedFor: 'all' });
    expect(await catalog.quotas.list()).to.have.length(1);
    expect(String(await errorOf(catalog.quotas.create('more', quota.spec, uncountedQuota)))).to.contain(
      'create quotas.tome.storage',
    );
    expect(String(await errorOf(volumes.create(id, volumeSpec(), readyStatus)))).to.contain(
      'patch volumes/status.tome.storage',
    );
  });

  it('is enough for what an agent does', async () => {
    const narrow = { nodeName: 'node-a', pools: ['node-a.default'] };
    const catalog = world().open({ user: 'node', narrow });
    const { volumes, snapshots, groups, pools } = catalog;
    await catalog.check();
    const pool = await pools.create('node-a.default', poolSpec, poolStatus);
    await pools.updateStatus(pool, { ...poolStatus, promised: 1 });
    await volumes.forget(await volumes.create(id, volumeSpec(), readyStatus));
    await snapshots.forget(
      await snapshots.create(snapshotId('one'), snapshotSpec(), { ...snapshotStatus, ready: true }),
    );
    const group = await world().open({ user: 'controller' }).groups.create(groupId('one'), groupSpec(), groupStatus);
    await groups.forget(await groups.updateStatus(group, { ...groupStatus, ready: true }));
    for (const collection of [volumes, snapshots, groups]) expect(await collection.list()).to.deep.equal([]);
  });
});

describeInWorld('the catalog of one agent', (world) => {
  const narrow = { nodeName: 'node-a', pools: ['node-a.default', 'node-a.fast'] };

  it('lists and hears of what is in its pools alone', async () => {
    const all = world().open();
    const own = world().open({ narrow });
    const heard: string[] = [];
    own.volumes.watch(({ id: changed }) => heard.push(changed));
    const create = (name: string, pool: string) =>
      all.volumes.create(volumeId(name), volumeSpec({ name, pool }), volumeStatus);
    await create('before', 'node-b.default');
    expect(await own.volumes.list()).to.deep.equal([]);
    const [a, b] = [await create('a', 'node-a.default'), await create('b', 'node-a.fast')];
    await create('c', 'node-b.default');
    await create('d', 'node-a.defaults');
    const last = await create('last', 'node-a.default');
    while (!heard.includes(last.id))
      await new Promise<void>((resolve) =>
        own.volumes.watch(() => {
          resolve();
        }),
      );
    expect((await own.volumes.list()).map((volume) => volume.id)).to.have.members([a.id, b.id, last.id]);
    expect(await own.volumes.list({ pool: 'node-a.fast' })).to.deep.equal([b]);
    expect(new Set(heard)).to.deep.equal(new Set([a.id, b.id, last.id]));
    // What it asks for by name it is told, whoever's it is.
    expect((await own.volumes.find(volumeId('c')))?.spec.pool).to.equal('node-b.default');
  });

  it('has its own Pool resources, also those that are not in the configuration any more', async () => {
    const all = world().open();
    await all.pools.create('node-a.default', poolSpec, poolStatus);
    await all.pools.create('node-a.old', { ...poolSpec, name: 'old' }, poolStatus);
    await all.pools.create('node-b.default', { ...poolSpec, agent: 'node-b', nodes: ['node-b'] }, poolStatus);
    const own = world().open({ narrow });
    expect((await own.pools.list()).map((pool) => pool.id)).to.deep.equal(['node-a.default', 'node-a.old']);
  });
});
