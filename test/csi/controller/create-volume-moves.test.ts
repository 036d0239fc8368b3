import { expect } from 'chai';
import { modifyStatus } from '../../../src/catalog/modify.ts';
import { waitUntil } from '../../../src/catalog/wait-until.ts';
import { snapshotId, volumeId } from '../../../src/domain/ids.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { madeVolume, startController, volumeRequest, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';
import { soon } from '../../support/soon.ts';

const id = volumeId('v');
const briefly = { timeout: 500 };

/** As csi-provisioner asks with strict topology: the node that the scheduler has selected, and no other. */
const on = (node: string) =>
  volumeRequest('v', { accessibilityRequirements: { requisite: [topologyOf(node)], preferred: [topologyOf(node)] } });

describe('CreateVolume, called again for another node', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
    await test.addPool('b.default');
  });
  afterEach(() => test.stop());

  const present = () => test.catalog.volumes.find(id);

  it('gives up what is still being made on the first, and leaves nothing behind', async () => {
    test.agent.pause();
    expect((await refusalOf(test.controller.createVolume(on('a'), briefly))).code).to.equal('ABORTED');
    const first = await present();
    const second = test.controller.createVolume(on('b'));
    await waitUntil(test.catalog.volumes, id, (now) => now?.spec.desired === 'Absent', soon());
    // Its agent has not let go of it: there must not be two.
    expect((await present())?.spec.pool).to.equal('a.default');
    test.agent.resume();
    const { volume } = await second;
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
    const made = await present();
    expect(made?.spec.uuid).not.to.equal(first?.spec.uuid);
    expect(made?.spec.unanswered).to.equal(undefined);
    expect((await test.catalog.volumes.list()).length).to.equal(1);
  });

  it('gives up what was made too late to be answered', async () => {
    test.agent.pause();
    await refusalOf(test.controller.createVolume(on('a'), briefly));
    test.agent.resume();
    await waitUntil(test.catalog.volumes, id, (now) => now?.status.ready === true, soon());
    const { volume } = await test.controller.createVolume(on('b'));
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
  });

  it('refuses when the first was answered, which may hold something by now', async () => {
    await test.controller.createVolume(on('a'));
    const refusal = await refusalOf(test.controller.createVolume(on('b')));
    expect(refusal.code).to.equal('ALREADY_EXISTS');
    expect(refusal.message).to.contain('node a');
  });

  it('refuses as well when it was answered only the second time', async () => {
    test.agent.pause();
    await refusalOf(test.controller.createVolume(on('a'), briefly));
    expect((await present())?.spec.unanswered).to.equal(true);
    test.agent.resume();
    await test.controller.createVolume(on('a'));
    expect((await present())?.spec.unanswered).to.equal(undefined);
    expect((await refusalOf(test.controller.createVolume(on('b')))).code).to.equal('ALREADY_EXISTS');
  });

  it('stays where it is when both will do, however little was made of it', async () => {
    test.agent.pause();
    await refusalOf(test.controller.createVolume(on('a'), briefly));
    const first = await present();
    const both = volumeRequest('v', { accessibilityRequirements: { requisite: [topologyOf('b'), topologyOf('a')] } });
    const second = test.controller.createVolume(both);
    test.agent.resume();
    expect((await second).volume?.accessibleTopology).to.deep.equal([topologyOf('a')]);
    expect((await present())?.spec.uuid).to.equal(first?.spec.uuid);
  });

  it('leaves nothing behind what it answers with RESOURCE_EXHAUSTED, so that the next node can have it', async () => {
    test.agent.fail = () => new VolumeError('ResourceExhausted', 'the pool has 1Mi left');
    expect((await refusalOf(test.controller.createVolume(on('a')))).code).to.equal('RESOURCE_EXHAUSTED');
    expect(await present()).to.equal(undefined);
    test.agent.fail = () => undefined;
    expect((await test.controller.createVolume(on('b'))).volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
  });

  it('races callers for both nodes to one volume, which those who are answered agree on', async function () {
    this.timeout(60_000);
    const seen = { answered: 0, undecided: 0 };
    for (let round = 0; round < 30; round += 1) {
      test.agent.pause();
      // The agent goes on at another moment of the race in each round.
      const resume = setTimeout(() => {
        test.agent.resume();
      }, 10 * round);
      const calls = ['a', 'b', 'a', 'b'].map((node, index) =>
        test.controller.createVolume(on(node), { timeout: 300 + 20 * index }).then(
          ({ volume }) => volume?.volumeContext['uuid'],
          () => undefined,
        ),
      );
      const answers = await Promise.all(calls);
      clearTimeout(resume);
      test.agent.resume();
      const answered = answers.filter((uuid) => uuid !== undefined);
      seen.answered += answered.length;
      seen.undecided += answers.length - answered.length;
      const left = await present();
      for (const uuid of answered) expect(uuid).to.equal(left?.spec.uuid);
      await test.controller.deleteVolume({ volumeId: id });
    }
    expect(seen.answered).to.be.above(0);
    expect(seen.undecided).to.be.above(0);
  });

  describe('and made from a source', () => {
    const from = (node: string) => ({
      ...on(node),
      volumeContentSource: { snapshot: { snapshotId: snapshotId('snap') } },
    });
    beforeEach(async () => {
      await madeVolume(test, 'src', { accessibilityRequirements: { requisite: [topologyOf('a')] } });
      await test.controller.createSnapshot({ name: 'snap', sourceVolumeId: volumeId('src') });
    });

    it('is RESOURCE_EXHAUSTED where the source is not, which lets the scheduler choose another node', async () => {
      const refusal = await refusalOf(test.controller.createVolume(from('b')));
      expect(refusal.code).to.equal('RESOURCE_EXHAUSTED');
      expect(await present()).to.equal(undefined);
      const { volume } = await test.controller.createVolume(from('a'));
      expect(volume?.accessibleTopology).to.deep.equal([topologyOf('a')]);
    });

    it('is RESOURCE_EXHAUSTED there, too, while the pool of the source is not ready', async () => {
      await test.setPool('a.default', { ready: false });
      expect((await refusalOf(test.controller.createVolume(from('b')))).code).to.equal('RESOURCE_EXHAUSTED');
      expect((await refusalOf(test.controller.createVolume(from('a')))).code).to.equal('UNAVAILABLE');
    });

    it('waits for its node when that is silent: it can be nowhere else', async () => {
      test.agent.pause();
      await refusalOf(test.controller.createVolume(from('a'), briefly));
      const heartbeat = new Date(Date.now() - 100_000).toISOString();
      await modifyStatus(test.catalog.pools, 'a.default', ({ status }) => ({ ...status, heartbeat }));
      const both = { requisite: [topologyOf('a'), topologyOf('b')] };
      const waiting = await refusalOf(
        test.controller.createVolume({ ...from('a'), accessibilityRequirements: both }, { timeout: 5000 }),
      );
      expect(waiting.code).to.equal('ABORTED');
      expect(waiting.message).to.contain('node a has not answered since');
      expect((await present())?.spec.pool).to.equal('a.default');
    });
  });
});
