import { expect } from 'chai';
import { modifyStatus } from '../../../src/catalog/modify.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import { madeVolume, mount, startController, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';

describe('ListVolumes', () => {
  let test: TestController;
  let ids: string[];
  before(async () => {
    test = await startController();
    await test.addPool('a.default', { nodes: ['a', 'b'] });
    ids = await Promise.all(Array.from({ length: 25 }, (_, index) => madeVolume(test, `v${index}`)));
    ids.sort();
  });
  after(() => test.stop());

  it('lists all, each as ControllerGetVolume has it', async () => {
    const volumeCapability = mount('MULTI_NODE_READER_ONLY');
    for (const nodeId of ['a', 'b']) {
      await test.controller.controllerPublishVolume({ volumeId: volumeId('v3'), nodeId, volumeCapability });
    }
    const { entries, nextToken } = await test.controller.listVolumes({});
    expect(nextToken).to.equal('');
    expect(entries.map(({ volume }) => volume?.volumeId)).to.deep.equal(ids);
    const entry = entries.find(({ volume }) => volume?.volumeId === volumeId('v3'));
    expect(entry).to.deep.equal(await test.controller.controllerGetVolume({ volumeId: volumeId('v3') }));
    expect(entry?.status?.publishedNodeIds).to.deep.equal(['a', 'b']);
    expect(entry?.volume?.accessibleTopology).to.deep.equal([topologyOf('a'), topologyOf('b')]);
  });

  for (const size of [1, 7, 24, 25, 26]) {
    it(`lists in pages of ${size}`, async () => {
      const seen: (string | undefined)[] = [];
      let startingToken = '';
      do {
        const { entries, nextToken } = await test.controller.listVolumes({ maxEntries: size, startingToken });
        expect(entries.length).to.be.within(1, size);
        seen.push(...entries.map(({ volume }) => volume?.volumeId));
        startingToken = nextToken;
      } while (startingToken !== '');
      expect(seen).to.deep.equal(ids);
    });
  }

  it('takes the token of a volume deleted since', async () => {
    await madeVolume(test, 'short-lived');
    const all = [...ids, volumeId('short-lived')].sort();
    const index = all.indexOf(volumeId('short-lived'));
    const { nextToken } = await test.controller.listVolumes({ maxEntries: index + 1 });
    await test.controller.deleteVolume({ volumeId: volumeId('short-lived') });
    const { entries } = await test.controller.listVolumes({ startingToken: nextToken });
    expect(entries).to.have.length(all.length - index - 1);
  });

  it('refuses bad tokens with ABORTED, negative numbers with INVALID_ARGUMENT', async () => {
    for (const startingToken of ['invalid-token', '1', 'snap-00000000000000000000000000000000', `${ids[0] ?? ''}x`]) {
      expect((await refusalOf(test.controller.listVolumes({ startingToken }))).code).to.equal('ABORTED');
    }
    expect((await refusalOf(test.controller.listVolumes({ maxEntries: -1 }))).code).to.equal('INVALID_ARGUMENT');
  });

  it('lists the health of the unhealthy alone, in pages', async () => {
    expect((await test.controller.controllerListVolumeHealth({})).entries).to.deep.equal([]);
    const health = [{ status: 'DATA_LOSS' as const, reason: 'ImageMissing', message: 'gone' }];
    const ill = [ids[2], ids[11], ids[24]].map((id) => id ?? '');
    for (const id of ill) await modifyStatus(test.catalog.volumes, id, ({ status }) => ({ ...status, health }));
    const first = await test.controller.controllerListVolumeHealth({ maxEntries: 2 });
    const rest = await test.controller.controllerListVolumeHealth({ maxEntries: 2, startingToken: first.nextToken });
    expect([...first.entries, ...rest.entries]).to.deep.equal(
      ill.map((id) => ({ volumeId: id, healthStatuses: health })),
    );
    expect(rest.nextToken).to.equal('');
    const refusal = await refusalOf(test.controller.controllerListVolumeHealth({ startingToken: 'x' }));
    expect(refusal.code).to.equal('ABORTED');
  });
});

describe('ControllerGetVolume', () => {
  let test: TestController;
  before(async () => {
    test = await startController();
  });
  after(() => test.stop());

  it('refuses no id, and one that names nothing', async () => {
    expect((await refusalOf(test.controller.controllerGetVolume({}))).code).to.equal('INVALID_ARGUMENT');
    expect((await refusalOf(test.controller.controllerGetVolume({ volumeId: 'x' }))).code).to.equal('NOT_FOUND');
  });
});
