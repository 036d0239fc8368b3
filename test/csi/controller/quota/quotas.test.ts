import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { modify } from '../../../../src/catalog/modify.ts';
import { Quotas } from '../../../../src/csi/controller/quota/quotas.ts';
import { VolumeError } from '../../../../src/domain/errors.ts';
import { snapshotId, volumeId } from '../../../../src/domain/ids.ts';
import { uncountedQuota, type Amounts, type QuotaSpec } from '../../../../src/domain/quota.ts';
import { GiB } from '../../../../src/domain/sizes.ts';
import { volumeSpec } from '../../../catalog/fixtures.ts';
import { madeVolume, startController, volumeRequest, type TestController } from '../../../support/controller.ts';
import { refusalOf } from '../../../support/refusal.ts';

describe('quotas', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('node-a.default');
  });
  afterEach(() => test.stop());

  async function limit(name: string, limits: QuotaSpec['limits'], rest: Omit<QuotaSpec, 'limits'> = {}) {
    await test.catalog.quotas.create(name, { ...rest, limits }, uncountedQuota);
  }

  async function used(name: string): Promise<Amounts | undefined> {
    return (await test.catalog.quotas.find(name))?.status.used;
  }

  function create(name: string, parameters: Readonly<Record<string, string>> = {}) {
    return test.controller.createVolume(volumeRequest(name, { parameters }));
  }

  const ofClaim = (namespace: string) => ({
    'csi.storage.k8s.io/pvc/namespace': namespace,
    'csi.storage.k8s.io/pvc/name': 'data',
  });

  it('allow as many volumes as they say, and then refuse with the quota, what is used and the limit', async () => {
    await limit('few', { volumes: 2 });
    await create('a');
    await create('b');
    const error = await refusalOf(create('c'));
    expect(error.code).to.equal('RESOURCE_EXHAUSTED');
    expect(error.message).to.contain('quota few limits volumes to 2: 2 used, 1 more asked for');
    expect(await test.catalog.volumes.find(volumeId('c'))).to.equal(undefined);
    expect(await used('few')).to.deep.equal({ volumes: 2, bytes: 2 * GiB, snapshots: 0 });
  });

  it('count what was there before they were', async () => {
    await create('a');
    await limit('few', { volumes: 1 });
    expect((await refusalOf(create('b'))).code).to.equal('RESOURCE_EXHAUSTED');
    await create('a');
    await modify(test.catalog.quotas, 'few', ({ spec }) => ({ ...spec, limits: { volumes: 2 } }));
    await create('b');
  });

  it('have room again after a deletion, and for the volume that is there already', async () => {
    await limit('few', { volumes: 1, bytes: GiB });
    const id = await madeVolume(test, 'a');
    expect(await madeVolume(test, 'a')).to.equal(id);
    await test.controller.deleteVolume({ volumeId: id });
    await madeVolume(test, 'b');
    expect((await refusalOf(create('a'))).code).to.equal('RESOURCE_EXHAUSTED');
  });

  it('count by namespace, class and pool, and only what is of all that they name', async () => {
    await test.addPool('node-a.other');
    await limit('team', { volumes: 1 }, { namespace: 'team-a' });
    await limit('gold', { volumes: 1 }, { storageClass: 'gold' });
    await limit('other', { volumes: 1 }, { pool: 'other' });
    await limit('both', { volumes: 0 }, { pool: 'node-a.other', namespace: 'team-a' });
    const refusedBy = async (name: string, parameters: Readonly<Record<string, string>>) =>
      /quota (\S+)/.exec((await refusalOf(create(name, parameters))).message)?.[1];
    const here = { pool: 'default' };
    expect(await refusedBy('a', { pool: 'other', ...ofClaim('team-a') })).to.equal('both');
    await create('b', { ...here, ...ofClaim('team-a') });
    expect(await refusedBy('c', { ...here, ...ofClaim('team-a') })).to.equal('team');
    await create('c', { ...here, storageClass: 'gold', ...ofClaim('team-b') });
    expect(await refusedBy('d', { ...here, storageClass: 'gold' })).to.equal('gold');
    await create('d', { pool: 'other' });
    expect(await refusedBy('e', { pool: 'other' })).to.equal('other');
    await create('e', { ...here, storageClass: 'silver', ...ofClaim('team-b') });
  });

  it('claim nothing of the first when the second refuses', async () => {
    await limit('a-large', { volumes: 5 });
    await limit('b-small', { volumes: 0 });
    expect((await refusalOf(create('a'))).code).to.equal('RESOURCE_EXHAUSTED');
    const large = await test.catalog.quotas.find('a-large');
    expect(large?.status).to.deep.include({ used: { volumes: 0, bytes: 0, snapshots: 0 }, intents: [] });
  });

  it('get back what a creation that failed had claimed', async () => {
    await limit('few', { volumes: 1 });
    test.agent.fail = () => new VolumeError('Internal', 'the disk is broken');
    expect((await refusalOf(create('a'))).code).to.equal('INTERNAL');
    expect((await test.catalog.quotas.find('few'))?.status).to.deep.include({ intents: [] });
    expect(await used('few')).to.deep.equal({ volumes: 0, bytes: 0, snapshots: 0 });
    test.agent.fail = () => undefined;
    await create('b');
  });

  it('count a volume that grows by the difference, and refuse where that is too much', async () => {
    await limit('few', { bytes: 5 * GiB });
    const id = await madeVolume(test, 'a');
    const expand = (requiredBytes: number) =>
      test.controller.controllerExpandVolume({ volumeId: id, capacityRange: { requiredBytes } });
    await expand(4 * GiB);
    expect(await used('few')).to.deep.include({ volumes: 1, bytes: 4 * GiB });
    const error = await refusalOf(expand(6 * GiB));
    expect(error.code).to.equal('RESOURCE_EXHAUSTED');
    expect(error.message).to.contain('quota few limits the size of volumes to 5Gi: 4Gi used, 2Gi more');
    expect((await test.catalog.volumes.find(id))?.spec.size).to.equal(4 * GiB);
    test.agent.fail = () => new VolumeError('ResourceExhausted', 'the pool is full');
    await refusalOf(expand(5 * GiB));
    expect(await used('few')).to.deep.include({ bytes: 4 * GiB });
    test.agent.fail = () => undefined;
    await expand(5 * GiB);
    expect(await used('few')).to.deep.include({ volumes: 1, bytes: 5 * GiB });
  });

  it('count snapshots by the claim and the class of their volume, also when that is gone', async () => {
    await limit('team', { snapshots: 1 }, { namespace: 'team-a', storageClass: 'gold' });
    const parameters = { storageClass: 'gold', ...ofClaim('team-a') };
    const id = await madeVolume(test, 'a', { parameters });
    const other = await madeVolume(test, 'b', { parameters: ofClaim('team-a') });
    const cut = (name: string, sourceVolumeId: string) => test.controller.createSnapshot({ name, sourceVolumeId });
    await cut('1', id);
    await cut('of-other', other);
    const again = await madeVolume(test, 'c', { parameters });
    await test.controller.deleteVolume({ volumeId: id });
    const error = await refusalOf(cut('2', again));
    expect(error.message).to.contain(
      'quota team of namespace team-a, storage class gold limits snapshots to 1: 1 used',
    );
    await test.controller.deleteSnapshot({ snapshotId: snapshotId('1') });
    await cut('2', again);
  });

  it('count each snapshot of a group, and refuse the group as a whole', async () => {
    await limit('few', { snapshots: 3 });
    const sourceVolumeIds = [await madeVolume(test, 'a'), await madeVolume(test, 'b')];
    await test.group.createVolumeGroupSnapshot({ name: 'g', sourceVolumeIds });
    expect(await used('few')).to.deep.include({ snapshots: 2 });
    const error = await refusalOf(test.group.createVolumeGroupSnapshot({ name: 'h', sourceVolumeIds }));
    expect(error.code).to.equal('RESOURCE_EXHAUSTED');
    expect(error.message).to.contain('snapshots to 3: 2 used, 2 more');
    expect(await test.catalog.groups.list()).to.have.length(1);
    await test.group.createVolumeGroupSnapshot({ name: 'g', sourceVolumeIds });
    await test.controller.createSnapshot({ name: '1', sourceVolumeId: sourceVolumeIds[0] ?? '' });
  });

  it('let one who tries again have what the first attempt has claimed', async () => {
    await limit('few', { volumes: 1 });
    // As a process that dies between the claim and the creation.
    const { quotas } = test.deps;
    await quotas.hold(volumeId('a'), volumeSpec({ uuid: randomUUID() }));
    expect((await refusalOf(create('b'))).code).to.equal('RESOURCE_EXHAUSTED');
    await create('a');
    await quotas.look();
    expect(await used('few')).to.deep.include({ volumes: 1 });
    expect((await refusalOf(create('b'))).code).to.equal('RESOURCE_EXHAUSTED');
  });

  it('forget an attempt that has made nothing after an hour', async () => {
    let now = Date.now();
    const quotas = new Quotas({ ...test.deps, now: () => now });
    await limit('few', { volumes: 1 });
    await quotas.hold(volumeId('a'), volumeSpec());
    await quotas.look();
    expect(await used('few')).to.deep.include({ volumes: 1 });
    now += 3_600_000;
    await quotas.look();
    expect(await used('few')).to.deep.include({ volumes: 0 });
    expect((await test.catalog.quotas.find('few'))?.status.intents).to.deep.equal([]);
  });

  it('show what is used after a look, also what was deleted or made by others', async () => {
    await limit('all', {});
    const id = await madeVolume(test, 'a');
    await madeVolume(test, 'b');
    await test.controller.deleteVolume({ volumeId: id });
    expect(await used('all')).to.deep.include({ volumes: 2 });
    await test.deps.quotas.look();
    expect(await used('all')).to.deep.include({ volumes: 1, bytes: GiB });
  });

  it('keep no list of what has been made', async () => {
    await limit('all', {});
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name);
    expect((await test.catalog.quotas.find('all'))?.status.intents).to.have.length(1);
    await test.deps.quotas.look();
    expect((await test.catalog.quotas.find('all'))?.status.intents).to.have.length(0);
  });

  it('do not stand in the way of what they do not limit any more, or what a lower limit is passed by', async () => {
    await limit('few', { volumes: 3, snapshots: 1 });
    const id = await madeVolume(test, 'a');
    await create('b');
    await modify(test.catalog.quotas, 'few', ({ spec }) => ({ ...spec, limits: { volumes: 1, snapshots: 1 } }));
    await test.controller.createSnapshot({ name: '1', sourceVolumeId: id });
    expect((await refusalOf(create('c'))).code).to.equal('RESOURCE_EXHAUSTED');
    const quota = await test.catalog.quotas.find('few');
    if (quota !== undefined) await test.catalog.quotas.remove(quota);
    await create('c');
  });
});
