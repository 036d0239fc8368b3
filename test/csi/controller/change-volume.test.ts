import { expect } from 'chai';
import { waitUntil } from '../../../src/catalog/wait-until.ts';
import type { ControllerExpandVolumeRequest } from '../../../src/csi/gen/csi/v1/ControllerExpandVolumeRequest.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { GiB, TiB } from '../../../src/domain/sizes.ts';
import { block, madeVolume, mount, startController, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';
import { soon } from '../../support/soon.ts';

let test: TestController;
let id: string;

async function start(): Promise<void> {
  test = await startController();
  await test.addPool('a.default');
  id = await madeVolume(test, 'v', { capacityRange: { requiredBytes: 2 * GiB } });
}

const find = () => test.catalog.volumes.find(id);

describe('ControllerExpandVolume', () => {
  beforeEach(start);
  afterEach(() => test.stop());

  const expand = (changes: ControllerExpandVolumeRequest = {}) =>
    test.controller.controllerExpandVolume({ volumeId: id, capacityRange: { requiredBytes: 3 * GiB }, ...changes });

  const refused: readonly [string, ControllerExpandVolumeRequest, string][] = [
    ['no id', { volumeId: '' }, 'INVALID_ARGUMENT'],
    ['no range', { capacityRange: null }, 'INVALID_ARGUMENT'],
    ['an empty range', { capacityRange: {} }, 'INVALID_ARGUMENT'],
    ['a negative size', { capacityRange: { requiredBytes: -5 } }, 'INVALID_ARGUMENT'],
    ['a capability it does not have', { volumeCapability: block() }, 'INVALID_ARGUMENT'],
    ['an unknown volume', { volumeId: volumeId('w') }, 'NOT_FOUND'],
    ['a limit below its size', { capacityRange: { requiredBytes: GiB, limitBytes: GiB } }, 'OUT_OF_RANGE'],
    ['a limit below its size alone', { capacityRange: { limitBytes: GiB } }, 'OUT_OF_RANGE'],
    ['required above the limit', { capacityRange: { requiredBytes: 4 * GiB, limitBytes: 3 * GiB } }, 'OUT_OF_RANGE'],
    ['more than the pool allows', { capacityRange: { requiredBytes: 2 * TiB } }, 'OUT_OF_RANGE'],
    ['a huge size', { capacityRange: { requiredBytes: '9223372036854775807' } }, 'OUT_OF_RANGE'],
  ];
  for (const [what, changes, code] of refused) {
    it(`refuses ${what} with ${code}`, async () => {
      expect((await refusalOf(expand(changes))).code).to.equal(code);
      expect((await find())?.spec.size).to.equal(2 * GiB);
    });
  }

  it('grows, and again is fine', async () => {
    const answer = { capacityBytes: String(3 * GiB), nodeExpansionRequired: true };
    expect(await expand({ volumeCapability: mount() })).to.deep.equal(answer);
    expect(await expand()).to.deep.equal(answer);
    expect(await expand({ capacityRange: { requiredBytes: GiB } })).to.deep.equal(answer);
  });

  it('leaves nothing for the node to do for a block volume', async () => {
    id = await madeVolume(test, 'b', { volumeCapabilities: [block()] });
    expect((await expand()).nodeExpansionRequired).to.equal(false);
  });

  it('lets callers at once all have at least what they ask for', async () => {
    const sizes = [3, 7, 5, 7, 4, 6];
    const answers = await Promise.all(sizes.map((size) => expand({ capacityRange: { requiredBytes: size * GiB } })));
    answers.forEach(({ capacityBytes }, index) => {
      expect(Number(capacityBytes)).to.be.at.least((sizes[index] ?? 0) * GiB);
    });
    expect((await find())?.spec.size).to.equal(7 * GiB);
  });

  it('undoes what the agent cannot do, so that nothing later brings it back', async () => {
    test.agent.fail = ({ spec }) =>
      'size' in spec && spec.size === 5 * GiB ? new VolumeError('ResourceExhausted', '1Gi left') : undefined;
    const refusals = await Promise.all(
      Array.from({ length: 4 }, () => refusalOf(expand({ capacityRange: { requiredBytes: 5 * GiB } }))),
    );
    for (const { code } of refusals) expect(['RESOURCE_EXHAUSTED', 'ABORTED']).to.include(code);
    expect((await find())?.spec.size).to.equal(2 * GiB);
    await test.controller.controllerGetVolumeHealth({ volumeId: id });
    expect((await expand()).capacityBytes).to.equal(String(3 * GiB));
  });
});

describe('ControllerModifyVolume', () => {
  beforeEach(start);
  afterEach(() => test.stop());

  const change = (mutableParameters: Record<string, string>, volume = id) =>
    test.controller.controllerModifyVolume({ volumeId: volume, mutableParameters });

  it('refuses no id, an unknown volume, key and value, and then changes nothing', async () => {
    expect((await refusalOf(change({}, ''))).code).to.equal('INVALID_ARGUMENT');
    expect((await refusalOf(change({ 'tag.a': 'b' }, 'non-existing'))).code).to.equal('NOT_FOUND');
    const before = await find();
    const bad = [{ XXX_FakeKey: 'x' }, { 'tag.a': 'b', pool: 'x' }, { exclusive: 'maybe' }, { 'tag.': 'x' }];
    for (const parameters of bad) expect((await refusalOf(change(parameters))).code).to.equal('INVALID_ARGUMENT');
    const tags = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`tag.t${index}`, 'x']));
    expect((await refusalOf(change({ ...tags, exclusive: 'true' }))).code).to.equal('INVALID_ARGUMENT');
    expect(await find()).to.deep.equal(before);
  });

  it('sets and removes tags, and leaves the others', async () => {
    await change({ 'tag.a': '1', 'tag.b/c': '2' });
    await change({ 'tag.a': '' });
    expect((await refusalOf(change({}))).code).to.equal('INVALID_ARGUMENT');
    expect((await find())?.spec.tags).to.deep.equal({ 'b/c': '2' });
  });

  it('changes what concerns the image with the agent, and again is fine', async () => {
    await change({ exclusive: 'true', provisioning: 'thick', 'tag.a': '1' });
    const changed = await find();
    expect(changed?.spec).to.deep.include({ exclusive: true, provisioning: 'thick', tags: { a: '1' } });
    expect(changed?.status.observedRevision).to.equal(changed?.spec.revision);
    await change({ exclusive: 'true', provisioning: 'thick', 'tag.a': '1' });
    expect(await find()).to.deep.equal(changed);
  });

  it('changes nothing when the agent cannot', async () => {
    test.agent.fail = () => new VolumeError('ResourceExhausted', 'full');
    expect(await refusalOf(change({ provisioning: 'thick', 'tag.a': '1' }))).to.include({ code: 'RESOURCE_EXHAUSTED' });
    expect((await find())?.spec).to.deep.include({ provisioning: 'thin', tags: {} });
  });
});

describe('ControllerGetVolumeHealth', () => {
  beforeEach(start);
  afterEach(() => test.stop());

  const health = () => test.controller.controllerGetVolumeHealth({ volumeId: id });

  it('refuses no id, and one that names nothing', async () => {
    expect((await refusalOf(test.controller.controllerGetVolumeHealth({}))).code).to.equal('INVALID_ARGUMENT');
    expect((await refusalOf(test.controller.controllerGetVolumeHealth({ volumeId: 'x' }))).code).to.equal('NOT_FOUND');
  });

  it('has the agent look now', async () => {
    expect(await health()).to.deep.equal({ volumeHealth: { volumeId: id, healthStatuses: [] } });
    const seen = { status: 'INACCESSIBLE' as const, reason: 'ReadOnly', message: 'an I/O error' };
    test.agent.health = () => [seen];
    const answers = await Promise.all([health(), health(), health()]);
    for (const { volumeHealth } of answers) expect(volumeHealth?.healthStatuses).to.deep.equal([seen]);
    test.agent.health = () => [];
    expect((await health()).volumeHealth?.healthStatuses).to.deep.equal([]);
  });

  it('asks when the agent is done with what it does', async () => {
    test.agent.pause();
    const expanded = test.controller.controllerExpandVolume({
      volumeId: id,
      capacityRange: { requiredBytes: 3 * GiB },
    });
    await waitUntil(test.catalog.volumes, id, (volume) => volume?.spec.size === 3 * GiB, soon());
    const healthy = health();
    test.agent.resume();
    await Promise.all([expanded, healthy]);
    expect((await find())?.spec.revision).to.equal(3);
  });

  it('says that a volume of a pool that is gone is inaccessible', async () => {
    await test.setPool('a.default', { ready: false });
    const [entry] = (await health()).volumeHealth?.healthStatuses ?? [];
    expect(entry).to.deep.include({ status: 'INACCESSIBLE', reason: 'PoolNotReady' });
  });
});
