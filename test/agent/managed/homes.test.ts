import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { modify } from '../../../src/catalog/modify.ts';
import type { CreateVolumeResponse__Output } from '../../../src/csi/gen/csi/v1/CreateVolumeResponse.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { silentSince } from '../../../src/domain/silence.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import type { Volume } from '../../../src/domain/volume.ts';
import { refusalOf } from '../../support/refusal.ts';
import { until } from '../../support/until.ts';
import { managedCluster, type ManagedCluster, type ManagedNode } from './managed-cluster.ts';

const on = (...nodes: readonly string[]) => ({
  accessibilityRequirements: { requisite: nodes.map(topologyOf), preferred: nodes.map(topologyOf) },
});

/** `a` acts for what the nodes share, which a volume of `sharing: one` has a home in. */
describe('a volume beneath a shared root that is not shared itself', function () {
  this.timeout(60_000);
  let cluster: ManagedCluster;
  let a: ManagedNode;
  let b: ManagedNode;
  const id = volumeId('v');
  const shared = () => [{ path: cluster.root('net'), shared: true }];
  const find = () => cluster.catalog.volumes.find(id);
  const remove = () => cluster.controller.deleteVolume({ volumeId: id });

  beforeEach(async () => {
    cluster = await managedCluster();
    cluster.make('net', 'data');
    a = await cluster.start('a', shared());
    b = await cluster.start('b', shared());
  });
  afterEach(() => cluster.cleanUp());

  async function makeAtHome(node: string): Promise<CreateVolumeResponse__Output> {
    const made = await cluster.create('v', cluster.root('net/data'), {}, on(node));
    await until(() => [a, b].every(({ place }) => place.records.get(id)?.home === node));
    return made;
  }

  /** Of a volume that a person makes. */
  async function failureOf(
    name: string,
    pool: string,
    hostPath: string,
    more: Partial<Volume['spec']>,
  ): Promise<string | undefined> {
    await cluster.write(name, pool, hostPath, more);
    await until(async () => (await cluster.catalog.volumes.find(name))?.status.observedRevision === 1);
    return (await cluster.catalog.volumes.find(name))?.status.failure?.message;
  }

  it('has one node, and a record on all, so that no other volume takes the directory', async () => {
    const { volume } = await makeAtHome('b');
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
    for (const more of [{}, { sharing: 'many' }]) {
      for (const path of ['data', 'data/below', '']) {
        cluster.make('net', 'data/below');
        const refusal = await refusalOf(cluster.create('w', cluster.root(`net/${path}`), more, on('a')));
        expect(refusal.message).to.match(
          path === '' ? /not beneath|has an empty/ : /is (below .* )?volume "v"|which is volume "v"/,
        );
      }
    }
  });

  it('is deleted when its home has let go of it, whoever acts', async () => {
    for (const home of ['a', 'b']) {
      await makeAtHome(home);
      await remove();
      await until(() => [a, b].every(({ place }) => !place.records.has(id)));
    }
  });

  it('is not deleted while its home shows it, though nobody has told', async () => {
    await makeAtHome('b');
    b.used.add(id);
    const refusal = await refusalOf(remove());
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('in use at /target');
    expect((await find())?.spec.desired).to.equal('Present');
    expect(b.place.records.has(id)).to.equal(true);
    b.used.clear();
    await remove();
    expect(await find()).to.equal(undefined);
  });

  it('is kept while its home is silent, and freed when that is given up', async () => {
    await makeAtHome('b');
    await cluster.stop('b');
    await cluster.silence('b.managed');
    const refusal = await refusalOf(remove());
    expect(refusal).to.include({ code: 'UNAVAILABLE' });
    expect(refusal.message).to.contain('kubectl delete pools.tome.storage b.managed');
    expect(a.place.records.has(id)).to.equal(true);
    const pool = await cluster.catalog.pools.find('b.managed');
    if (pool !== undefined) await cluster.catalog.pools.remove(pool);
    await remove();
    await cluster.create('w', cluster.root('net/data'), {}, on('a'));
    b = await cluster.start('b', shared());
    await until(() => b.place.records.get(volumeId('w'))?.home === 'a' && !b.place.records.has(id));
  });

  it('is acted for by its home when that takes over, and by the next one again', async () => {
    await makeAtHome('b');
    await cluster.stop('a');
    await cluster.silence('shared.managed');
    await until(async () => {
      const pool = await cluster.catalog.pools.find('shared.managed');
      return pool?.spec.agent === 'b' && silentSince(pool, Date.now()) === undefined;
    });
    expect((await refusalOf(cluster.create('w', cluster.root('net/data'), {}, on('b')))).message).to.contain(
      'volume "v"',
    );
    await remove();
    expect(b.place.records.size).to.equal(0);
  });

  it('is refused where a person has named no home, and in the pool of a node', async () => {
    const reasonIn = (pool: string, more: Partial<Volume['spec']> = {}) =>
      failureOf(`managed-${pool.replace('.', '-')}`, pool, cluster.root('net/data'), more);
    expect(await reasonIn('shared.managed')).to.contain('give it spec.home');
    expect(await reasonIn('b.managed')).to.contain('give it spec.pool shared.managed');
    await cluster.controller.deleteVolume({ volumeId: 'managed-shared-managed' });
    expect(await reasonIn('shared.managed', { home: 'b' })).to.equal(undefined);
    await until(() => b.place.records.get('managed-shared-managed')?.home === 'b');
  });

  it('is not where a volume is from before there were homes, which stays as it is', async () => {
    await cluster.stop('b');
    b = await cluster.start('b', [{ path: cluster.root('net'), shared: false }]);
    await cluster.create('old', cluster.make('net', 'old'), {}, on('b'));
    expect(b.place.records.get(volumeId('old'))?.isShared).to.equal(false);
    await cluster.stop('b');
    b = await cluster.start('b', shared());
    const wanted = cluster.make('net', 'old/below');
    const told = /is below .*\/old, which is volume "old"/;
    expect((await refusalOf(cluster.create('w', wanted, {}, on('a')))).message).to.match(told);
    // The agent that acts finds it too, whoever asks.
    await cluster.stop('a');
    a = await cluster.start('a', shared());
    const named = `managed-${randomUUID().slice(0, 8)}`;
    expect(await failureOf(named, 'shared.managed', wanted, { home: 'a' })).to.match(told);
    await cluster.controller.deleteVolume({ volumeId: named });
    await cluster.controller.deleteVolume({ volumeId: volumeId('old') });
    expect(await failureOf(named, 'shared.managed', wanted, { home: 'a' })).to.equal(undefined);
  });

  it('may be beneath a root that the agent that acts does not have', async () => {
    await cluster.stop('b');
    const path = cluster.make('theirs', 'data');
    b = await cluster.start('b', [{ path: cluster.root('theirs'), shared: true }]);
    const { volume } = await cluster.create('v', path, {}, on('a', 'b'));
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
    await until(() => b.place.records.get(id)?.home === 'b');
    const refusal = await refusalOf(cluster.create('w', cluster.make('theirs', 'data/below'), {}, on('b')));
    expect(refusal.message).to.contain('which is volume "v"');
    // Also when that has been started anew.
    await cluster.stop('a');
    a = await cluster.start('a', shared());
    expect((await refusalOf(cluster.create('w', path, {}, on('b')))).message).to.contain('volume "v"');
    expect((await find())?.status.health).to.deep.equal([]);
    await remove();
    await cluster.create('w', path, {}, on('b'));
  });

  it('is struck off when it was given up while nobody acted', async () => {
    await makeAtHome('b');
    await cluster.stop('a');
    const volume = await find();
    if (volume === undefined) throw new Error('it is not there');
    const discard = [{ id, uuid: volume.spec.uuid }];
    await modify(cluster.catalog.pools, 'shared.managed', ({ spec }) => ({ ...spec, discard }));
    await cluster.catalog.volumes.remove(volume);
    a = await cluster.start('a', shared());
    const left = async () => (await cluster.catalog.pools.find('shared.managed'))?.spec.discard;
    await until(async () => (await left()) === undefined);
    await until(() => [a, b].every(({ place }) => !place.records.has(id)));
    expect(await find()).to.equal(undefined);
  });

  it('is there no more for new volumes on a node that has lost the root, also when that acted', async () => {
    await makeAtHome('b');
    const nodes = async () => (await cluster.catalog.pools.find('shared.managed'))?.spec.nodes;
    expect(await nodes()).to.deep.equal(['a', 'b']);
    await cluster.stop('a');
    a = await cluster.start('a', [{ path: cluster.root('own'), shared: false }]);
    await until(async () => (await nodes())?.join() === 'b');
    await cluster.silence('shared.managed');
    await until(async () => (await cluster.catalog.pools.find('shared.managed'))?.spec.agent === 'b');
    await remove();
    await until(() => a.place.records.size === 0);
  });
});
