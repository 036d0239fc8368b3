import { expect } from 'chai';
import { modify } from '../../src/catalog/modify.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { groupId, memberSnapshotId, snapshotId, volumeId } from '../../src/domain/ids.ts';
import { isSettled } from '../../src/domain/resource.ts';
import { findSnapshot, findVolume } from '../../src/pool/find.ts';
import { refusalOf } from '../support/refusal.ts';
import { soon } from '../support/soon.ts';
import { small, testCluster, type TestCluster, type TestNode } from './cluster.ts';

const id = volumeId('data');
const cut = snapshotId('cut');

function doomed<Spec extends { readonly revision: number; readonly desired: 'Present' | 'Absent' }>({
  spec,
}: {
  readonly spec: Spec;
}): Spec {
  return { ...spec, desired: 'Absent', revision: spec.revision + 1 };
}

describe('A delete lock, in the pool', () => {
  let cluster: TestCluster;
  let node: TestNode;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
    node = await cluster.start('a', { sweepIntervalMs: 50 });
    await cluster.controller.createVolume({ ...small('data'), parameters: { deleteLock: 'true', 'tag.team': 'blue' } });
  });
  afterEach(() => cluster.cleanUp());

  const cutLocked = () =>
    cluster.controller.createSnapshot({
      name: 'cut',
      sourceVolumeId: id,
      parameters: { deleteLock: 'true', 'tag.use': 'gold' },
    });
  const request = (collection: 'volumes' | 'snapshots', ofId: string) =>
    collection === 'volumes'
      ? modify(cluster.catalog.volumes, ofId, doomed)
      : modify(cluster.catalog.snapshots, ofId, doomed);

  it('holds against a deletion that went past the controller, until it is taken off', async () => {
    const { volumes } = cluster.catalog;
    await request('volumes', id);
    const refused = await waitUntil(volumes, id, (now) => now !== undefined && isSettled(now), soon());
    expect(refused?.status.failure?.message).to.contain('has a delete lock');
    expect(await findVolume(node.pool, id)).to.include({ deleteLock: true });
    // As with kubectl, which raises no revision.
    await modify(volumes, id, ({ spec }) => ({ ...spec, deleteLock: false }));
    await waitUntil(volumes, id, (now) => now === undefined, soon());
    expect(await findVolume(node.pool, id)).to.equal(undefined);
  });

  it('of a snapshot holds as well', async () => {
    await cutLocked();
    await request('snapshots', cut);
    const { snapshots } = cluster.catalog;
    const refused = await waitUntil(snapshots, cut, (now) => now !== undefined && isSettled(now), soon());
    expect(refused?.status.failure?.message).to.contain('has a delete lock');
    expect(await findSnapshot(node.pool, cut)).to.include({ deleteLock: true });
    await modify(snapshots, cut, ({ spec }) => ({ ...spec, deleteLock: false }));
    await waitUntil(snapshots, cut, (now) => now === undefined, soon());
    expect(await findSnapshot(node.pool, cut)).to.equal(undefined);
  });

  it('is in the records with the tags, so that what is adopted keeps both', async () => {
    await cutLocked();
    await cluster.controller.controllerModifyVolume({ volumeId: id, mutableParameters: { 'tag.team': 'red' } });
    const { adopted } = await cluster.losesAndAdopts(id, cut);
    expect(adopted.volume?.spec).to.deep.include({ deleteLock: true, tags: { team: 'red' } });
    expect(adopted.snapshot?.spec).to.deep.include({ deleteLock: true, tags: { use: 'gold' } });
  });

  it('of one member keeps a whole group', async () => {
    const { group } = cluster.controllers[0];
    await group.createVolumeGroupSnapshot({ name: 'all', sourceVolumeIds: [id] });
    const groupSnapshotId = groupId('all');
    const member = memberSnapshotId(groupSnapshotId, id);
    const { snapshots } = cluster.catalog;
    const locked = (deleteLock: boolean) =>
      modify(snapshots, member, ({ spec }) => ({ ...spec, deleteLock, revision: spec.revision + 1 }));
    await locked(true);
    await waitUntil(snapshots, member, (now) => now !== undefined && isSettled(now), soon());
    const remove = () => group.deleteVolumeGroupSnapshot({ groupSnapshotId, snapshotIds: [member] });
    expect((await refusalOf(remove())).message).to.contain(`snapshot ${member} has a delete lock`);
    expect(await findSnapshot(node.pool, member)).to.include({ deleteLock: true });
    await locked(false);
    await remove();
    expect(await findSnapshot(node.pool, member)).to.equal(undefined);
  });

  it('does not keep a volume that nobody was told of where it is out of reach', async () => {
    const other = volumeId('moved');
    await cluster.controller.createVolume({ ...small('moved'), parameters: { deleteLock: 'true' } });
    await modify(cluster.catalog.volumes, other, ({ spec }) => ({ ...spec, unanswered: true as const }));
    await request('volumes', other);
    await waitUntil(cluster.catalog.volumes, other, (now) => now === undefined, soon());
    expect(await findVolume(node.pool, other)).to.equal(undefined);
  });
});
