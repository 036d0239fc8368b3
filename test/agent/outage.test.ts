import { expect } from 'chai';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { refusalOf } from '../support/refusal.ts';
import { recordingLog } from '../support/serve-for-test.ts';
import { soon } from '../support/soon.ts';
import { flakyCatalog, type Outage } from './flaky-catalog.ts';
import { small, testCluster, type TestCluster, type TestNode } from './cluster.ts';

const briefly = { timeout: 500 };

describe('an agent whose catalog does not answer', () => {
  let cluster: TestCluster;
  let catalog: Catalog;
  let outage: Outage;
  let strays: unknown[];
  const note = (error: unknown) => void strays.push(error);
  beforeEach(async () => {
    cluster = await testCluster(['a']);
    ({ catalog, outage } = flakyCatalog(cluster.catalog));
    strays = [];
    process.on('unhandledRejection', note);
  });
  afterEach(async () => {
    process.off('unhandledRejection', note);
    await cluster.cleanUp();
    expect(strays).to.deep.equal([]);
  });

  const ready = (name: string) =>
    waitUntil(cluster.catalog.volumes, volumeId(name), (now) => now?.status.ready === true, soon());
  /** Until the agent has found this many times that nobody answers. */
  const refusals = async (count: number) => {
    const limit = Date.now() + 10_000;
    while (outage.refused < count) {
      if (Date.now() > limit) throw new Error('the agent does not ask');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it('starts whichever of its calls is the first that fails, when it is started again', async function () {
    this.timeout(60_000);
    let node: TestNode | undefined;
    for (let calls = 0; ; calls += 1) {
      outage.isAway = false;
      outage.callsLeft = calls;
      node = await cluster.start('a', { catalog, isStarted: false });
      const failure: unknown = await node.agent.start().catch((error: unknown) => error);
      if (failure === undefined) break;
      expect(failure).to.deep.include({ reason: 'Unavailable' });
      outage.callsLeft = Infinity;
      await node.agent.start();
      await cluster.controller.createVolume(small(`v${calls}`));
      await node.stop();
    }
    // It has started, and goes on as soon as the catalog does.
    outage.callsLeft = Infinity;
    await cluster.controller.createVolume(small('last'));
  });

  it('begins its work on its own when the catalog fails right after the start', async () => {
    const first = await cluster.start('a', { catalog });
    await cluster.controller.createVolume(small('old'));
    await first.stop();
    const calls = 1_000_000;
    outage.callsLeft = calls;
    const second = await cluster.start('a', { catalog });
    const needed = calls - outage.callsLeft;
    await second.stop();
    for (let left = needed - 4; left < needed; left += 1) {
      outage.callsLeft = left;
      outage.refused = 0;
      const node = await cluster.start('a', { catalog });
      await refusals(1);
      outage.callsLeft = Infinity;
      await cluster.controller.createVolume(small(`v${left}`));
      await node.stop();
    }
  });

  it('writes down what it has made when the catalog is back, and says once each that it was away and is back', async () => {
    const { log, lines } = recordingLog();
    const node = await cluster.start('a', { catalog, log, sweepIntervalMs: 20 });
    outage.isAway = true;
    await refusalOf(cluster.controller.createVolume(small('data'), briefly));
    await refusals(12);
    expect(node.pool.ledger.has(volumeId('data'))).to.equal(true);
    outage.isAway = false;
    await ready('data');
    await cluster.controller.createVolume(small('data'));
    await cluster.controller.deleteVolume({ volumeId: volumeId('data') });
    expect(node.pool.ledger.has(volumeId('data'))).to.equal(false);
    await node.stop();

    const troubles = lines.filter(({ msg }) => msg === 'does not work, trying again').map(({ what }) => what);
    expect(troubles).to.have.length.above(1);
    expect(troubles).to.deep.equal([...new Set(troubles)]);
    expect(lines.filter(({ msg }) => msg === 'works again').map(({ what }) => what)).to.have.members(troubles);
  });

  it('never takes the silence of the catalog for a failure of the volume', async () => {
    await cluster.start('a', { catalog });
    outage.callsLeft = 0;
    const created = cluster.controller.createVolume(small('data'));
    await refusals(1);
    outage.callsLeft = Infinity;
    await created;
    expect((await cluster.catalog.volumes.find(volumeId('data')))?.status.failure).to.equal(undefined);
  });
});
