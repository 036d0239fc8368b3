import { expect } from 'chai';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { topologyOf } from '../../src/domain/topology.ts';
import { findVolume } from '../../src/pool/find.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { PoolWatch } from '../../src/csi/controller/pool-watch.ts';
import { silent, volume as imageOf } from '../pool/open-test-pool.ts';
import { refusalOf } from '../support/refusal.ts';
import { soon } from '../support/soon.ts';
import { small, testCluster, type TestCluster } from './cluster.ts';

const on = (...nodes: readonly string[]) => ({ accessibilityRequirements: { requisite: nodes.map(topologyOf) } });

const briefly = { timeout: 500 };

/** Without what is undefined, as any catalog gives it back. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a node that is away', () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await testCluster(['a', 'b']);
  });
  afterEach(() => cluster.cleanUp());

  const volumeOf = (name: string) => cluster.catalog.volumes.find(volumeId(name));
  const settled = (name: string) =>
    waitUntil(cluster.catalog.volumes, volumeId(name), (now) => now?.status.ready === true, soon());

  it('is not chosen once it is silent, and the message says since when and what to do', async () => {
    const a = await cluster.start('a');
    await cluster.controller.createVolume(small('data'));
    await a.stop();
    await cluster.silence('a');
    const refusal = await refusalOf(cluster.controller.createVolume(small('other')));
    expect(refusal.code).to.equal('UNAVAILABLE');
    expect(refusal.message).to.match(/a\.default is silent: its node a has not answered since 20/);
    expect(await cluster.controller.getCapacity({})).to.deep.include({ availableCapacity: '0' });

    const waiting = await refusalOf(cluster.controller.deleteVolume({ volumeId: volumeId('data') }));
    expect(waiting.code).to.equal('ABORTED');
    expect(waiting.message).to.match(/node a has not answered since .*kubectl delete pools\.tome\.storage a\.default/);

    await cluster.start('b');
    await cluster.controller.createVolume(small('other'));
    expect((await volumeOf('other'))?.spec.pool).to.equal('b.default');
  });

  it('does what was asked meanwhile when it is back', async () => {
    const a = await cluster.start('a');
    await cluster.controller.createVolume(small('old'));
    await a.stop();
    const created = cluster.controller.createVolume(small('new'));
    const deleted = cluster.controller.deleteVolume({ volumeId: volumeId('old') });
    await waitUntil(cluster.catalog.volumes, volumeId('new'), (now) => now !== undefined, soon());
    const again = await cluster.start('a');
    await created;
    await deleted;
    expect(await volumeOf('old')).to.equal(undefined);
    expect([...again.pool.ledger.entries()].map(({ id }) => id)).to.deep.equal([volumeId('new')]);
  });

  it('loses what was half made to a node that answers, and removes what it has of it when it is back', async () => {
    const a = await cluster.start('a');
    await a.stop();
    await refusalOf(cluster.controller.createVolume(small('data'), briefly));
    const first = await volumeOf('data');
    expect(first?.spec).to.deep.include({ pool: 'a.default', unanswered: true });
    await cluster.silence('a');
    await cluster.start('b');
    await cluster.controller.createVolume({ ...small('data'), ...on('b') });
    const second = await volumeOf('data');
    expect(second?.spec.pool).to.equal('b.default');
    expect(second?.spec.uuid).not.to.equal(first?.spec.uuid);

    // It had made the image, and could not say so any more.
    const back = await cluster.start('a', { isStarted: false });
    const made = imageOf('data', { uuid: first?.spec.uuid ?? '' });
    await createVolume(back.pool, made);
    await back.agent.start();
    expect(await findVolume(back.pool, made.id)).to.equal(undefined);
    await cluster.untilPool('a', (pool) => pool?.spec.discard === undefined);
    expect((await volumeOf('data'))?.spec.uuid).to.equal(second?.spec.uuid);
  });

  it('is moved away from, too, when it is silent but could be reached', async () => {
    const a = await cluster.start('a');
    await a.stop();
    await refusalOf(cluster.controller.createVolume(small('data'), briefly));
    await cluster.silence('a');
    const alone = await refusalOf(cluster.controller.createVolume(small('data')));
    expect(alone).to.deep.include({ code: 'ABORTED' });
    expect((await volumeOf('data'))?.spec.pool).to.equal('a.default');
    await cluster.start('b');
    const { volume } = await cluster.controller.createVolume({ ...small('data'), ...on('a', 'b') });
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
  });

  describe('and given up', () => {
    beforeEach(async () => {
      const a = await cluster.start('a');
      const parameters = {
        'csi.storage.k8s.io/pvc/namespace': 'shop',
        'csi.storage.k8s.io/pvc/name': 'data',
        'tag.team': 'x',
      };
      await cluster.controller.createVolume({ ...small('data'), parameters });
      await cluster.controller.createVolume(small('kept'));
      await cluster.controller.createSnapshot({ name: 'monday', sourceVolumeId: volumeId('data') });
      await a.stop();
    });

    it('lets go of volumes and snapshots at once', async () => {
      const capability = { mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' as const } };
      const publish = { volumeId: volumeId('data'), nodeId: 'a' };
      await cluster.controller.controllerPublishVolume({ ...publish, volumeCapability: capability });
      await cluster.deletePool('a');
      await cluster.controller.controllerUnpublishVolume(publish);
      await cluster.controller.deleteVolume({ volumeId: volumeId('data') });
      await cluster.controller.deleteSnapshot({ snapshotId: snapshotId('monday') });
      expect(await volumeOf('data')).to.equal(undefined);
      expect(await cluster.catalog.snapshots.find(snapshotId('monday'))).to.equal(undefined);
    });

    it('is named when something is asked of what was in it', async () => {
      await cluster.deletePool('a');
      const name = await refusalOf(cluster.controller.createVolume(small('kept')));
      expect(name.code).to.equal('ALREADY_EXISTS');
      expect(name.message).to.match(/a\.default is gone with its node.*kubectl delete volumes\.tome\.storage vol-/);
      const request = { name: 'new', sourceVolumeId: volumeId('data') };
      const cut = await refusalOf(cluster.controller.createSnapshot(request));
      expect(cut).to.deep.include({ code: 'FAILED_PRECONDITION' });
      expect(cut.message).to.match(/volume data of claim shop\/data is lost/);
      const source = { volumeContentSource: { volume: { volumeId: volumeId('data') } } };
      const copy = await refusalOf(cluster.controller.createVolume({ ...small('copy'), ...source }));
      expect(copy).to.deep.include({ code: 'FAILED_PRECONDITION' });
    });

    it('has what waited for it taken out of the catalog, and those who own the rest told', async () => {
      const { catalog, events } = cluster;
      const watch = new PoolWatch({
        catalog,
        now: Date.now,
        events: { record: (event) => events.push(event) },
        log: silent,
      });
      await watch.look();
      await refusalOf(cluster.controller.createVolume(small('new'), briefly));
      await refusalOf(cluster.controller.deleteVolume({ volumeId: volumeId('kept') }, briefly));
      await cluster.deletePool('a');
      await watch.look();
      const left = (await catalog.volumes.list()).map(({ spec }) => spec.name);
      expect(left).to.deep.equal(['data']);
      expect(events.filter(({ reason }) => reason === 'VolumeLost').map(({ about }) => about.claim)).to.include(
        'shop/data',
      );
      await cluster.start('b');
      await cluster.controller.createVolume(small('new'));
    });

    it('brings its volumes along when it comes back, those that were deleted meanwhile too', async () => {
      const before = [await volumeOf('data'), await volumeOf('kept')];
      const snapshot = await cluster.catalog.snapshots.find(snapshotId('monday'));
      await cluster.deletePool('a');
      await cluster.controller.deleteVolume({ volumeId: volumeId('data') });
      await cluster.controller.deleteSnapshot({ snapshotId: snapshotId('monday') });
      await cluster.start('a');
      const after = [await volumeOf('data'), await volumeOf('kept')];
      expect(plain(after.map((volume) => volume?.spec))).to.deep.equal(plain(before.map((volume) => volume?.spec)));
      expect(after.map((volume) => volume?.status)).to.deep.equal(before.map((volume) => volume?.status));
      const found = await cluster.catalog.snapshots.find(snapshotId('monday'));
      expect(plain(found?.spec)).to.deep.equal(plain(snapshot?.spec));
      expect(found?.status).to.deep.equal(snapshot?.status);
      const adopted = cluster.events.filter(({ reason }) => reason === 'Adopted').map(({ about }) => about.id);
      expect(adopted).to.have.members([volumeId('data'), snapshotId('monday')]);
      await cluster.controller.deleteVolume({ volumeId: volumeId('data') });
    });

    it('keeps what it had of a volume that was made anew elsewhere', async () => {
      await cluster.deletePool('a');
      await cluster.start('b');
      await cluster.controller.deleteVolume({ volumeId: volumeId('kept') });
      await cluster.controller.createVolume(small('kept'));
      const made = await volumeOf('kept');
      const back = await cluster.start('a');
      expect(await volumeOf('kept')).to.deep.equal(made);
      expect(await findVolume(back.pool, volumeId('kept'))).not.to.equal(undefined);
      expect(cluster.events.map(({ reason }) => reason)).to.include('NotAdopted');
    });
  });

  it('registers again when it was given up while it was alive, with all it has', async () => {
    await cluster.start('a');
    await cluster.controller.createVolume(small('data'));
    await cluster.deletePool('a');
    await cluster.untilPool('a', (pool) => pool?.status.ready === true);
    await settled('data');
    await cluster.controller.deleteVolume({ volumeId: volumeId('data') });
  });

  it('does not touch the pools of others, nor what is in them', async () => {
    const b = await cluster.start('b');
    await cluster.controller.createVolume(small('data'));
    await b.stop();
    const before = [await cluster.catalog.pools.find('b.default'), await volumeOf('data')];
    await cluster.start('a', { sweepIntervalMs: 10 });
    await cluster.controller.createVolume({ ...small('other'), ...on('a') });
    expect([await cluster.catalog.pools.find('b.default'), await volumeOf('data')]).to.deep.equal(before);
  });
});
