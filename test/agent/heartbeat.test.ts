import { expect } from 'chai';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { small, testCluster, type TestCluster } from './cluster.ts';

describe('the heartbeat of a pool', () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
  });
  afterEach(() => cluster.cleanUp());

  const pool = () => cluster.catalog.pools.find('a.default');
  const beatAt = (ms: number) =>
    modifyStatus(cluster.catalog.pools, 'a.default', ({ status }) => ({
      ...status,
      heartbeat: new Date(Date.now() - ms).toISOString(),
    }));

  it('comes with the first report, with each change, and else only when it is half a minute old', async () => {
    // Looked at by no timer within the time of this test.
    const node = await cluster.start('a');
    const first = await pool();
    expect(Date.parse(first?.status.heartbeat ?? '')).to.be.closeTo(Date.now(), 5_000);
    await node.stop();

    await beatAt(20_000);
    const before = await pool();
    const second = await cluster.start('a');
    expect(await pool()).to.deep.equal(before);
    await second.stop();

    await beatAt(40_000);
    const third = await cluster.start('a');
    expect(Date.parse((await pool())?.status.heartbeat ?? '')).to.be.closeTo(Date.now(), 5_000);
    await beatAt(20_000);
    await cluster.controller.createVolume(small('data'));
    await cluster.untilPool('a', (now) => Date.now() - Date.parse(now?.status.heartbeat ?? '') < 10_000);
    await third.stop();
  });
});
