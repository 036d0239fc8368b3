import { expect } from 'chai';
import { refuseUseElsewhere } from '../../../src/agent/shared/use-elsewhere.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import type { Volume } from '../../../src/domain/volume.ts';
import { madeVolume, startController, type TestController } from '../../support/controller.ts';
import { failureOf } from '../../pool/open-test-pool.ts';

describe('what nodes share and another node shows', () => {
  let test: TestController;
  let volume: Volume;

  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
    await madeVolume(test, 'v');
    const found = await test.catalog.volumes.find(volumeId('v'));
    if (found === undefined) throw new Error('it is not there');
    volume = found;
  });
  afterEach(() => test.stop());

  const shownBy = (...nodes: string[]): Volume => {
    const mounts = nodes.map((nodeName) => ({ nodeName, readOnly: true }));
    return { ...volume, status: { ...volume.status, mounts } };
  };
  const look = (shown: Volume) =>
    refuseUseElsewhere(shown, { nodeName: 'a', poolNames: ['default', 'fast'] }, test.catalog);

  it('is in use as long as that node answers, whatever its pools are called', async () => {
    for (const [node, pool] of [
      ['b', 'fast'],
      ['c', 'default'],
      ['d', 'managed'],
    ] as const) {
      await look(shownBy('a', node));
      await test.addPool(`${node}.${pool}`, {}, { heartbeat: new Date().toISOString() });
      const { reason, message } = await failureOf(look(shownBy('a', node)));
      expect({ reason, message }, node).to.deep.include({ reason: 'FailedPrecondition' });
      expect(message).to.contain(`in use on node ${node}`);
      await test.setPool(`${node}.${pool}`, { heartbeat: new Date(Date.now() - 120_000).toISOString() });
      await look(shownBy('a', node));
    }
  });
});
