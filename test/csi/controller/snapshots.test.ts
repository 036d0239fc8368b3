import { expect } from 'chai';
import { waitUntil } from '../../../src/catalog/wait-until.ts';
import type { CreateSnapshotRequest } from '../../../src/csi/gen/csi/v1/CreateSnapshotRequest.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { groupId, memberSnapshotId, snapshotId, volumeId } from '../../../src/domain/ids.ts';
import { GiB } from '../../../src/domain/sizes.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import { madeVolume, startController, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';
import { soon } from '../../support/soon.ts';

describe('snapshots', () => {
  let test: TestController;
  let source: string;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
    source = await madeVolume(test, 'v');
  });
  afterEach(() => test.stop());

  const create = (changes: CreateSnapshotRequest = {}) =>
    test.controller.createSnapshot({ name: 's', sourceVolumeId: source, ...changes });

  const refused: readonly [string, CreateSnapshotRequest, string][] = [
    ['no name', { name: '' }, 'INVALID_ARGUMENT'],
    ['no source', { sourceVolumeId: '' }, 'INVALID_ARGUMENT'],
    ['a parameter', { parameters: { colour: 'red' } }, 'INVALID_ARGUMENT'],
    ['a topology of others', { accessibilityRequirements: { requisite: [{ segments: {} }] } }, 'INVALID_ARGUMENT'],
    ['a source that is not there', { sourceVolumeId: 'testId' }, 'NOT_FOUND'],
    [
      'a node that cannot use it',
      { accessibilityRequirements: { requisite: [topologyOf('z')] } },
      'RESOURCE_EXHAUSTED',
    ],
  ];
  for (const [what, changes, code] of refused) {
    it(`refuses ${what} with ${code}`, async () => {
      expect((await refusalOf(create(changes))).code).to.equal(code);
      expect(await test.catalog.snapshots.list()).to.deep.equal([]);
    });
  }

  it('answers what was cut, and again the same, also when the source is gone', async () => {
    const parameters = { 'csi.storage.k8s.io/volumesnapshot/name': 'x' };
    const before = Date.now();
    const first = await create({ parameters, accessibilityRequirements: { requisite: [topologyOf('a')] } });
    const { creationTime, ...snapshot } = first.snapshot ?? {};
    expect(snapshot).to.deep.equal({
      snapshotId: snapshotId('s'),
      sourceVolumeId: source,
      sizeBytes: String(GiB),
      readyToUse: true,
      groupSnapshotId: '',
      accessibleTopology: [],
    });
    const milliseconds = Number(creationTime?.seconds) * 1000 + Number(creationTime?.nanos) / 1e6;
    expect(milliseconds).to.be.within(before, Date.now());
    await test.controller.deleteVolume({ volumeId: source });
    expect(await create()).to.deep.equal(first);
  });

  it('refuses the name for another source', async () => {
    await create();
    const other = await madeVolume(test, 'w');
    expect((await refusalOf(create({ sourceVolumeId: other }))).code).to.equal('ALREADY_EXISTS');
  });

  it('refuses a name made up to be that of a group’s member', async () => {
    await test.group.createVolumeGroupSnapshot({ name: 'g', sourceVolumeIds: [source] });
    const refusal = await refusalOf(create({ name: `${groupId('g')}/${source}` }));
    expect(refusal.code).to.equal('ALREADY_EXISTS');
    expect(refusal.message).to.contain(groupId('g'));
  });

  it('throws the agent’s reason, and starts anew', async () => {
    test.agent.fail = () => new VolumeError('FailedPrecondition', 'cannot be cut while it is mounted');
    expect((await refusalOf(create())).message).to.equal('cannot be cut while it is mounted');
    expect(await test.catalog.snapshots.list()).to.deep.equal([]);
    test.agent.fail = () => undefined;
    await create();
  });

  it('deletes, and is content when there is nothing', async () => {
    expect((await refusalOf(test.controller.deleteSnapshot({}))).code).to.equal('INVALID_ARGUMENT');
    await test.controller.deleteSnapshot({ snapshotId: 'reallyfakesnapshotid' });
    await create();
    await test.controller.deleteSnapshot({ snapshotId: snapshotId('s') });
    await test.controller.deleteSnapshot({ snapshotId: snapshotId('s') });
    expect((await refusalOf(test.controller.getSnapshot({ snapshotId: snapshotId('s') }))).code).to.equal('NOT_FOUND');
  });

  it('deletes a member only with its group', async () => {
    await test.group.createVolumeGroupSnapshot({ name: 'g', sourceVolumeIds: [source] });
    const member = memberSnapshotId(groupId('g'), source);
    const refusal = await refusalOf(test.controller.deleteSnapshot({ snapshotId: member }));
    expect(refusal.code).to.equal('INVALID_ARGUMENT');
    expect(refusal.message).to.contain('DeleteVolumeGroupSnapshot');
    const group = await test.catalog.groups.find(groupId('g'));
    if (group !== undefined) await test.catalog.groups.remove(group);
    await test.controller.deleteSnapshot({ snapshotId: member });
  });

  it('gets one, also before it is ready, and lists it only after', async () => {
    expect((await refusalOf(test.controller.getSnapshot({}))).code).to.equal('INVALID_ARGUMENT');
    test.agent.pause();
    const created = create();
    const id = snapshotId('s');
    await waitUntil(test.catalog.snapshots, id, (snapshot) => snapshot !== undefined, soon());
    const early = await test.controller.getSnapshot({ snapshotId: id });
    expect(early.snapshot).to.deep.include({ snapshotId: id, readyToUse: false, creationTime: null });
    expect((await test.controller.listSnapshots({})).entries).to.deep.equal([]);
    test.agent.resume();
    const { snapshot } = await created;
    const got = await test.controller.getSnapshot({ snapshotId: id });
    expect(got.snapshot).to.deep.equal({ ...snapshot, accessibleTopology: [topologyOf('a')] });
    expect((await test.controller.listSnapshots({})).entries).to.deep.equal([got]);
  });

  describe('in lists', () => {
    beforeEach(async () => {
      const other = await madeVolume(test, 'w');
      for (const name of ['1', '2', '3']) await create({ name });
      for (const name of ['4', '5']) await create({ name, sourceVolumeId: other });
    });

    const idsIn = async (request: Parameters<TestController['controller']['listSnapshots']>[0]) => {
      const { entries, nextToken } = await test.controller.listSnapshots(request);
      return { ids: entries.map(({ snapshot }) => snapshot?.snapshotId), nextToken };
    };

    it('come by id, by source, by both, and not at all for what is not known', async () => {
      expect((await idsIn({ snapshotId: snapshotId('4') })).ids).to.deep.equal([snapshotId('4')]);
      expect((await idsIn({ sourceVolumeId: volumeId('w') })).ids).to.have.members(['4', '5'].map(snapshotId));
      expect((await idsIn({ snapshotId: snapshotId('4'), sourceVolumeId: source })).ids).to.deep.equal([]);
      expect((await idsIn({ snapshotId: 'none-exist-id' })).ids).to.deep.equal([]);
      expect((await idsIn({ sourceVolumeId: 'none-exist-id' })).ids).to.deep.equal([]);
    });

    it('come in pages, filtered or not', async () => {
      const first = await idsIn({ maxEntries: 2 });
      const rest = await idsIn({ startingToken: first.nextToken });
      expect(first.ids).to.have.length(2);
      expect(rest.nextToken).to.equal('');
      expect([...first.ids, ...rest.ids]).to.have.members(['1', '2', '3', '4', '5'].map(snapshotId));

      const filtered = await idsIn({ maxEntries: 2, sourceVolumeId: source });
      const last = await idsIn({ maxEntries: 2, sourceVolumeId: source, startingToken: filtered.nextToken });
      expect([...filtered.ids, ...last.ids]).to.have.members(['1', '2', '3'].map(snapshotId));
      expect(last.nextToken).to.equal('');
    });

    it('refuse a bad token and a negative number', async () => {
      const bad = [{ startingToken: 'x' }, { startingToken: volumeId('v') }, { startingToken: 'x', snapshotId: 'y' }];
      for (const request of bad) expect((await refusalOf(idsIn(request))).code).to.equal('ABORTED');
      expect((await refusalOf(idsIn({ maxEntries: -1 }))).code).to.equal('INVALID_ARGUMENT');
    });
  });
});
