import { expect } from 'chai';
import { controllerPublishVolume } from '../../../src/csi/controller/controller-publish-volume.ts';
import type { ControllerPublishVolumeRequest } from '../../../src/csi/gen/csi/v1/ControllerPublishVolumeRequest.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { block, madeVolume, mount, startController, type TestController } from '../../support/controller.ts';
import { received } from '../../support/received.ts';
import { refusalOf } from '../../support/refusal.ts';

describe('ControllerPublishVolume', () => {
  let test: TestController;
  let id: string;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default', { nodes: ['a', 'b', 'c'] });
    await test.addPool('d.default', {}, { available: 0 });
    id = await madeVolume(test, 'v');
  });
  afterEach(() => test.stop());

  const publish = (changes: ControllerPublishVolumeRequest = {}) =>
    test.controller.controllerPublishVolume({ volumeId: id, nodeId: 'a', volumeCapability: mount(), ...changes });
  const attachments = async () => (await test.catalog.volumes.find(id))?.spec.attachments;
  const reader = mount('MULTI_NODE_READER_ONLY');

  const refused: readonly [string, ControllerPublishVolumeRequest, string, RegExp][] = [
    ['no volume', { volumeId: '' }, 'INVALID_ARGUMENT', /volume_id/],
    ['no node', { nodeId: '' }, 'INVALID_ARGUMENT', /node_id/],
    ['no capability', { volumeCapability: null }, 'INVALID_ARGUMENT', /volume_capability/],
    ['shared writing', { volumeCapability: mount('MULTI_NODE_MULTI_WRITER') }, 'INVALID_ARGUMENT', /ReadWriteOnce/],
    ['block access to a filesystem', { volumeCapability: block() }, 'INVALID_ARGUMENT', /filesystem volume/],
    ['another filesystem', { volumeCapability: mount(undefined, 'xfs') }, 'INVALID_ARGUMENT', /ext4, not xfs/],
    ['another volume’s context', { volumeContext: { name: 'w' } }, 'INVALID_ARGUMENT', /context/],
    ['an unknown volume', { volumeId: volumeId('w') }, 'NOT_FOUND', /there is no volume/],
    ['a node that never registered', { nodeId: 'z' }, 'NOT_FOUND', /no node z/],
    ['a node that does not reach the pool', { nodeId: 'd' }, 'FAILED_PRECONDITION', /node a, b, c only/],
  ];
  for (const [what, changes, code, message] of refused) {
    it(`refuses ${what} with ${code}`, async () => {
      const refusal = await refusalOf(publish(changes));
      expect(refusal.message).to.match(message);
      expect(refusal.code).to.equal(code);
      expect(await attachments()).to.deep.equal([]);
    });
  }

  it('grants writing, and again the same', async () => {
    const { volume } = await test.controller.controllerGetVolume({ volumeId: id });
    const volumeContext = { ...volume?.volumeContext, 'storage.kubernetes.io/csiProvisionerIdentity': 'x' };
    expect(await publish({ volumeContext })).to.deep.equal({ publishContext: { readOnly: 'false' } });
    await publish();
    expect(await attachments()).to.deep.equal([{ nodeName: 'a', readOnly: false, accessMode: 'SINGLE_NODE_WRITER' }]);
  });

  it('grants reading alone for a reader’s mode and for the flag', async () => {
    expect((await publish({ volumeCapability: reader })).publishContext).to.deep.equal({ readOnly: 'true' });
    expect((await publish({ nodeId: 'b', readonly: true })).publishContext).to.deep.equal({ readOnly: 'true' });
    await publish({ nodeId: 'c', volumeCapability: mount('SINGLE_NODE_READER_ONLY') });
    expect((await attachments())?.map(({ readOnly }) => readOnly)).to.deep.equal([true, true, true]);
  });

  it('keeps the second writer out while the first is there, naming the node', async () => {
    await publish();
    const refusal = await refusalOf(publish({ nodeId: 'b' }));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('node a');
  });

  it('keeps readers and writers apart', async () => {
    await publish({ volumeCapability: reader });
    expect((await refusalOf(publish({ nodeId: 'b' }))).code).to.equal('FAILED_PRECONDITION');
    await test.controller.controllerUnpublishVolume({ volumeId: id, nodeId: 'a' });
    await publish({ nodeId: 'b' });
    expect((await refusalOf(publish({ volumeCapability: reader }))).message).to.contain('node b');
  });

  it('refuses the same node with another flag or mode as ALREADY_EXISTS', async () => {
    await publish();
    for (const changes of [{ readonly: true }, { volumeCapability: mount('SINGLE_NODE_MULTI_WRITER') }]) {
      expect((await refusalOf(publish(changes))).code).to.equal('ALREADY_EXISTS');
    }
  });

  it('is ABORTED while the volume is being deleted', async () => {
    test.agent.pause();
    const deleted = test.controller.deleteVolume({ volumeId: id });
    const isAsked = new Promise((resolve) => test.catalog.volumes.watch(resolve, id));
    await isAsked;
    expect((await refusalOf(publish())).code).to.equal('ABORTED');
    test.agent.resume();
    await deleted;
    expect((await refusalOf(publish())).code).to.equal('NOT_FOUND');
  });
});

describe('ControllerUnpublishVolume', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default', { nodes: ['a', 'b', 'c'] });
  });
  afterEach(() => test.stop());

  it('refuses no id, and is content when nothing is attached', async () => {
    expect((await refusalOf(test.controller.controllerUnpublishVolume({}))).code).to.equal('INVALID_ARGUMENT');
    const id = await madeVolume(test, 'v');
    await test.controller.controllerUnpublishVolume({ volumeId: id, nodeId: 'z' });
    await test.controller.controllerUnpublishVolume({ volumeId: 'unknown', nodeId: 'a' });
  });

  it('detaches from one node, or from all', async () => {
    const id = await madeVolume(test, 'v');
    const nodes = async () => (await test.controller.controllerGetVolume({ volumeId: id })).status?.publishedNodeIds;
    for (const nodeId of ['a', 'b', 'c']) {
      const volumeCapability = mount('MULTI_NODE_READER_ONLY');
      await test.controller.controllerPublishVolume({ volumeId: id, nodeId, volumeCapability });
    }
    await test.controller.controllerUnpublishVolume({ volumeId: id, nodeId: 'b' });
    expect(await nodes()).to.deep.equal(['a', 'c']);
    await test.controller.controllerUnpublishVolume({ volumeId: id });
    expect(await nodes()).to.deep.equal([]);
  });
});

describe('the attach limit of a node', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController(2);
    await test.addPool('a.default', { nodes: ['a', 'b'] });
  });
  afterEach(() => test.stop());

  it('is never passed, however many ask at once, and counts each node by itself', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, (_, index) => madeVolume(test, `v${index}`)));
    const request = (volumeId: string, nodeId: string) => ({ volumeId, nodeId, volumeCapability: mount() });
    const publish = (id: string, nodeId: string) => test.controller.controllerPublishVolume(request(id, nodeId));
    // Without the socket, which would hand over one call after another.
    const outcomes = await Promise.allSettled(
      ids.map((id) => controllerPublishVolume(received('ControllerPublishVolume', request(id, 'a')), test.deps)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(2);
    expect(await test.catalog.volumes.list({ attachedTo: 'a' })).to.have.length(2);

    const [attached] = await test.catalog.volumes.list({ attachedTo: 'a' });
    await publish(attached?.id ?? '', 'a');
    const free = ids.find((_, index) => outcomes[index]?.status === 'rejected') ?? '';
    const refusal = await refusalOf(publish(free, 'a'));
    expect(refusal.code).to.equal('RESOURCE_EXHAUSTED');
    expect(refusal.message).to.contain('node a has 2 volumes');
    await publish(free, 'b');
    await test.controller.controllerUnpublishVolume({ volumeId: attached?.id ?? '' });
    await publish(attached?.id ?? '', 'b');
  });
});
