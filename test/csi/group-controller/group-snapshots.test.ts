import { expect } from 'chai';
import type { CreateVolumeGroupSnapshotRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeGroupSnapshotRequest.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { groupId, memberSnapshotId, volumeId } from '../../../src/domain/ids.ts';
import { madeVolume, startController, volumeRequest, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';

describe('group snapshots', () => {
  let test: TestController;
  let a: string;
  let b: string;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
    await test.addPool('a.other', {}, { available: 0 });
    [a, b] = [await madeVolume(test, 'a'), await madeVolume(test, 'b')];
  });
  afterEach(() => test.stop());

  const create = (changes: CreateVolumeGroupSnapshotRequest = {}) =>
    test.group.createVolumeGroupSnapshot({ name: 'g', sourceVolumeIds: [a, b], ...changes });
  const members = () => [a, b].map((id) => memberSnapshotId(groupId('g'), id));

  const refused: readonly [string, () => CreateVolumeGroupSnapshotRequest, string][] = [
    ['no name', () => ({ name: '' }), 'INVALID_ARGUMENT'],
    ['no volumes', () => ({ sourceVolumeIds: [] }), 'INVALID_ARGUMENT'],
    ['an empty id', () => ({ sourceVolumeIds: [a, ''] }), 'INVALID_ARGUMENT'],
    ['a volume twice', () => ({ sourceVolumeIds: [a, b, a] }), 'INVALID_ARGUMENT'],
    ['a parameter', () => ({ parameters: { colour: 'red' } }), 'INVALID_ARGUMENT'],
    ['an unknown volume', () => ({ sourceVolumeIds: [a, volumeId('z')] }), 'NOT_FOUND'],
  ];
  for (const [what, changes, code] of refused) {
    it(`refuses ${what} with ${code}`, async () => {
      expect((await refusalOf(create(changes()))).code).to.equal(code);
      expect(await test.catalog.groups.list()).to.deep.equal([]);
    });
  }

  it('cuts all, answers their snapshots, and again the same in any order', async () => {
    const first = await create();
    const { groupSnapshot } = first;
    expect(groupSnapshot).to.deep.include({ groupSnapshotId: groupId('g'), readyToUse: true });
    expect(groupSnapshot?.creationTime).to.not.equal(null);
    expect(groupSnapshot?.snapshots.map(({ snapshotId }) => snapshotId)).to.have.members(members());
    for (const snapshot of groupSnapshot?.snapshots ?? []) {
      expect(snapshot).to.deep.include({ groupSnapshotId: groupId('g'), readyToUse: true });
    }
    expect(await create({ sourceVolumeIds: [b, a] })).to.deep.equal(first);
    const got = await test.group.getVolumeGroupSnapshot({ groupSnapshotId: groupId('g'), snapshotIds: members() });
    expect(got).to.deep.equal(first);
  });

  it('joins many callers', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create()));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).to.have.property('size', 1);
  });

  it('refuses the name for other volumes', async () => {
    await create();
    expect((await refusalOf(create({ sourceVolumeIds: [a] }))).code).to.equal('ALREADY_EXISTS');
  });

  it('refuses volumes of two pools, naming them', async () => {
    await test.setPool('a.other', { available: 2 ** 40 });
    const { volume } = await test.controller.createVolume(volumeRequest('c', { parameters: { pool: 'other' } }));
    const refusal = await refusalOf(create({ sourceVolumeIds: [a, volume?.volumeId ?? ''] }));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('a.default, a.other');
  });

  it('leaves nothing behind when the agent cannot', async () => {
    test.agent.fail = () => new VolumeError('ResourceExhausted', 'full');
    expect(await refusalOf(create())).to.deep.equal({ code: 'RESOURCE_EXHAUSTED', message: 'full' });
    expect(await test.catalog.groups.list()).to.deep.equal([]);
    test.agent.fail = () => undefined;
    await create();
  });

  it('deletes all, when the snapshots named are the group’s; and is content when it is gone', async () => {
    await create();
    const groupSnapshotId = groupId('g');
    const remove = (snapshotIds: string[]) => test.group.deleteVolumeGroupSnapshot({ groupSnapshotId, snapshotIds });
    for (const wrong of [[], members().slice(1), [...members(), 'snap-x'], ['snap-x', 'snap-y']]) {
      expect((await refusalOf(remove(wrong))).code).to.equal('INVALID_ARGUMENT');
    }
    expect(await test.catalog.snapshots.list()).to.have.length(2);
    await remove(members().reverse());
    await remove(members());
    expect(await test.catalog.snapshots.list()).to.deep.equal([]);
    expect(await test.catalog.groups.list()).to.deep.equal([]);
  });

  it('stays when the agent refuses to delete it', async () => {
    await create();
    test.agent.fail = () => new VolumeError('FailedPrecondition', 'a copy from it is running');
    const request = { groupSnapshotId: groupId('g'), snapshotIds: members() };
    expect((await refusalOf(test.group.deleteVolumeGroupSnapshot(request))).code).to.equal('FAILED_PRECONDITION');
    await test.group.getVolumeGroupSnapshot(request);
    expect((await test.catalog.groups.find(groupId('g')))?.spec.desired).to.equal('Present');
  });

  it('answers for ids that are missing or name nothing', async () => {
    expect((await refusalOf(test.group.getVolumeGroupSnapshot({}))).code).to.equal('INVALID_ARGUMENT');
    expect((await refusalOf(test.group.getVolumeGroupSnapshot({ groupSnapshotId: 'x' }))).code).to.equal('NOT_FOUND');
    expect((await refusalOf(test.group.deleteVolumeGroupSnapshot({}))).code).to.equal('INVALID_ARGUMENT');
    await test.group.deleteVolumeGroupSnapshot({ groupSnapshotId: 'x' });
  });

  it('refuses snapshot ids that are not the group’s when it is got', async () => {
    await create();
    const refusal = await refusalOf(
      test.group.getVolumeGroupSnapshot({ groupSnapshotId: groupId('g'), snapshotIds: ['snap-x'] }),
    );
    expect(refusal.code).to.equal('INVALID_ARGUMENT');
  });

  it('says what it can', async () => {
    const { capabilities } = await test.group.groupControllerGetCapabilities({});
    expect(capabilities.map(({ rpc }) => rpc?.type)).to.deep.equal(['CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT']);
  });
});
