import { expect } from 'chai';
import { ConflictError, type Catalog } from '../../../src/catalog/catalog.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { isSettled } from '../../../src/domain/resource.ts';
import { silentSince } from '../../../src/domain/silence.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import { until } from '../../support/until.ts';
import { managedCluster, type ManagedCluster } from './managed-cluster.ts';

const SHARED = 'shared.managed';

/** `a` acts, and does not look whether it still does for ten seconds; `b` looks all the time. */
describe('two agents that both believe to act for what nodes share', function () {
  this.timeout(60_000);
  let cluster: ManagedCluster;
  let gate: ReturnType<typeof gated>;
  const shared = () => [{ path: cluster.root('net'), shared: true }];
  const seldom = { sweepIntervalMs: 10_000 };

  beforeEach(async () => {
    cluster = await managedCluster();
    gate = gated(cluster.catalog);
  });
  afterEach(async () => {
    gate.open();
    await cluster.cleanUp();
  });

  async function takenOverByB(): Promise<void> {
    await cluster.silence(SHARED);
    await until(async () => {
      const pool = await cluster.catalog.pools.find(SHARED);
      return pool?.spec.agent === 'b' && silentSince(pool, Date.now()) === undefined;
    });
  }

  async function ask(name: string, hostPath: string, home: string): Promise<string> {
    const id = `managed-${name}`;
    await cluster.write(id, SHARED, hostPath, { home });
    return id;
  }

  async function readyOf(ids: readonly string[]): Promise<readonly string[]> {
    const all = await Promise.all(ids.map((id) => cluster.catalog.volumes.find(id)));
    return all.flatMap((volume) => (volume?.status.ready === true ? [volume.id] : []));
  }

  async function settled(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await until(async () => {
        const volume = await cluster.catalog.volumes.find(id);
        return volume !== undefined && isSettled(volume);
      });
    }
  }

  it('do not both answer: what the first was about to write comes too late', async () => {
    cluster.make('net', 'data/below');
    const a = await cluster.start('a', shared(), { catalog: gate.catalog, ...seldom });
    const b = await cluster.start('b', shared());
    const late = await ask('z-late', cluster.root('net/data/below'), 'b');
    await gate.reached;
    await takenOverByB();
    await settled([late]);
    // The second agent has made it; it is deleted, and asked for again when another volume has the directory.
    await cluster.controller.deleteVolume({ volumeId: late });
    const other = await ask('a-other', cluster.root('net/data'), 'b');
    await settled([other]);
    await ask('z-late', cluster.root('net/data/below'), 'b');
    await settled([late]);
    gate.open();
    await until(() => gate.isThrough);
    await settled([late, other]);
    expect(await readyOf([late, other])).to.deep.equal([other]);
    await until(() => !a.place.records.has(late) && !b.place.records.has(late));
  });

  it('do not both answer for two volumes that wait at the moment of the change', async () => {
    cluster.make('net', 'data/below');
    const a = await cluster.start('a', shared(), { catalog: gate.catalog, ...seldom });
    await cluster.start('b', shared());
    // The second agent looks at them in the order of their ids.
    const late = await ask('z-late', cluster.root('net/data/below'), 'a');
    await gate.reached;
    const other = await ask('a-other', cluster.root('net/data'), 'b');
    // At the moment in which the one is made, and the other not yet refused.
    cluster.catalog.volumes.watch(({ resource }) => {
      if (resource?.status.ready === true) gate.open();
    }, other);
    await takenOverByB();
    await until(() => gate.isThrough);
    await settled([late, other]);
    expect(await readyOf([late, other])).to.deep.equal([other]);
    expect([...a.place.records.keys()]).not.to.include(late);
  });

  it('have every record, also when an answer was taken and nobody was told so', async () => {
    const path = cluster.make('net', 'data');
    gate = gated(cluster.catalog, true);
    const a = await cluster.start('a', shared(), { catalog: gate.catalog });
    gate.open();
    const id = await ask('v', path, 'a');
    await until(() => a.place.records.get(id)?.home === 'a');
    expect(await readyOf([id])).to.deep.equal([id]);
  });

  it('do not both answer for what is asked for afterwards', async () => {
    cluster.make('net');
    await cluster.start('a', shared(), seldom);
    await cluster.start('b', shared());
    await takenOverByB();
    const both: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const outer = cluster.make('net', `outer-${round}`);
      const inner = cluster.make('net', `outer-${round}/inner`);
      const make = (name: string, path: string, node: string) =>
        cluster
          .create(name, path, {}, { accessibilityRequirements: { requisite: [topologyOf(node)] } })
          .catch(() => undefined);
      const names = [`x-${round}`, `y-${round}`] as const;
      const made = await Promise.all([make(names[0], outer, 'a'), make(names[1], inner, 'b')]);
      if (made.every((answer) => answer !== undefined)) both.push(String(round));
      expect((await readyOf(names.map(volumeId))).length, 'ready').to.equal(1);
    }
    expect(both).to.deep.equal([]);
  });
});

/** The catalog with its first writing of a volume's status held back until `open`, and then, perhaps, its success not told. */
function gated(catalog: Catalog, isLost = false) {
  const { volumes } = catalog;
  const { promise: reached, resolve: reach } = Promise.withResolvers<undefined>();
  const { promise: opened, resolve } = Promise.withResolvers<undefined>();
  const state = { isFirst: true, isThrough: false };
  const updateStatus: typeof volumes.updateStatus = async (volume, status) => {
    if (!state.isFirst) return volumes.updateStatus(volume, status);
    state.isFirst = false;
    reach(undefined);
    await opened;
    const written = await volumes.updateStatus(volume, status).finally(() => (state.isThrough = true));
    if (isLost) throw new ConflictError('it may have been this writer');
    return written;
  };
  const bound: typeof volumes = {
    find: (id) => volumes.find(id),
    list: (query) => volumes.list(query),
    create: (id, spec, status) => volumes.create(id, spec, status),
    update: (volume, spec) => volumes.update(volume, spec),
    updateStatus,
    remove: (volume) => volumes.remove(volume),
    forget: (volume) => volumes.forget(volume),
    durable: () => volumes.durable(),
    watch: (listener, id) => volumes.watch(listener, id),
  };
  return {
    catalog: { ...catalog, volumes: bound, check: () => catalog.check(), close: () => catalog.close() },
    reached,
    open: () => {
      resolve(undefined);
    },
    get isThrough() {
      return state.isThrough;
    },
  };
}
