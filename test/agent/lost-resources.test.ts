import { expect } from 'chai';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { findVolume } from '../../src/pool/find.ts';
import { changed } from '../support/changed-collection.ts';
import { until } from '../support/until.ts';
import { small, testCluster, type TestCluster, type TestNode } from './cluster.ts';

const id = volumeId('data');
const cut = snapshotId('cut');

describe('what the catalog has lost while the agent was at work', () => {
  let cluster: TestCluster;
  let node: TestNode;
  let sweeps = 0;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
    const { volumes } = cluster.catalog;
    const counted = changed(volumes, {
      list: (query) => {
        // A sweep has one page to look at.
        if (query?.limit !== undefined) sweeps += 1;
        return volumes.list(query);
      },
    });
    node = await cluster.start('a', { catalog: { ...cluster.catalog, volumes: counted }, sweepIntervalMs: 50 });
    await cluster.controller.createVolume(small('data'));
  });
  afterEach(() => cluster.cleanUp());

  it('is known again, volumes and snapshots, with their uuids', async () => {
    await cluster.controller.createSnapshot({ name: 'cut', sourceVolumeId: id });
    const { lost, adopted } = await cluster.losesAndAdopts(id, cut);
    expect(adopted.volume?.spec.uuid).to.equal(lost.volume?.spec.uuid);
    expect(adopted.snapshot?.spec.uuid).to.equal(lost.snapshot?.spec.uuid);
  });

  it('is not what the agent has deleted, nor what was made and deleted again', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await cluster.controller.deleteVolume({ volumeId: id });
      await cluster.controller.createVolume(small('data'));
    }
    await cluster.controller.deleteVolume({ volumeId: id });
    const before = sweeps;
    // What is lost is adopted at the second look, which is the third sweep at the latest.
    await until(() => sweeps > before + 3);
    expect(await cluster.catalog.volumes.list()).to.deep.equal([]);
    expect(await findVolume(node.pool, id)).to.equal(undefined);
    expect(cluster.events.filter(({ reason }) => reason === 'Adopted' || reason === 'NotAdopted')).to.deep.equal([]);
  });
});
