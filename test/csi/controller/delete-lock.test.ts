import { expect } from 'chai';
import { changeMarks } from '../../../src/csi/controller/snapshot-marks.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { snapshotId } from '../../../src/domain/ids.ts';
import { madeVolume, startController, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';

describe('A delete lock', () => {
  let test: TestController;

  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
  });
  afterEach(() => test.stop());

  const call = () => ({ signal: new AbortController().signal, deadline: Date.now() + 60_000 });
  const cut = async (parameters = {}) => {
    const sourceVolumeId = await madeVolume(test, 'source');
    await test.controller.createSnapshot({ name: 's', sourceVolumeId, parameters });
    return snapshotId('s');
  };
  const change = (id: string, changes: Record<string, string>) =>
    changeMarks({ id, what: `snapshot ${id}` }, changes, test.deps, call());

  it('of a volume refuses its deletion, and says how to take it off', async () => {
    const volumeId = await madeVolume(test, 'v', { parameters: { deleteLock: 'true' } });
    const refusal = await refusalOf(test.controller.deleteVolume({ volumeId }));
    expect(refusal).to.deep.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.match(/^volume vol-\w+ has a delete lock: .*tome volume unlock.*kubectl patch volumes/);
    expect((await test.catalog.volumes.find(volumeId))?.spec.desired).to.equal('Present');

    await test.controller.controllerModifyVolume({ volumeId, mutableParameters: { deleteLock: 'false' } });
    await test.controller.deleteVolume({ volumeId });
    expect(await test.catalog.volumes.find(volumeId)).to.equal(undefined);
  });

  it('of a volume is set later, and what the agent cannot write down is not set', async () => {
    const volumeId = await madeVolume(test, 'v');
    test.agent.fail = () => new VolumeError('ResourceExhausted', 'the disk is full');
    const mutableParameters = { deleteLock: 'true' };
    const lock = () => test.controller.controllerModifyVolume({ volumeId, mutableParameters });
    expect((await refusalOf(lock())).code).to.equal('RESOURCE_EXHAUSTED');
    expect((await test.catalog.volumes.find(volumeId))?.spec.deleteLock).to.equal(undefined);
    test.agent.fail = () => undefined;
    await lock();
    expect((await refusalOf(test.controller.deleteVolume({ volumeId }))).code).to.equal('FAILED_PRECONDITION');
  });

  it('refuses another value than true and false', async () => {
    const made = madeVolume(test, 'v', { parameters: { deleteLock: 'yes' } });
    expect((await refusalOf(made)).message).to.contain('deleteLock must be "true" or "false"');
  });

  it('of a snapshot comes from its class or later, and refuses its deletion', async () => {
    const id = await cut({ deleteLock: 'true', 'tag.team': 'blue' });
    expect((await test.catalog.snapshots.find(id))?.spec).to.deep.include({ deleteLock: true, tags: { team: 'blue' } });
    const remove = () => test.controller.deleteSnapshot({ snapshotId: id });
    expect((await refusalOf(remove())).message).to.contain('tome snapshot unlock');
    await change(id, { deleteLock: 'false', 'tag.team': '', 'tag.use': 'test' });
    expect((await test.catalog.snapshots.find(id))?.spec.tags).to.deep.equal({ use: 'test' });
    await change(id, { deleteLock: 'true' });
    expect((await refusalOf(remove())).code).to.equal('FAILED_PRECONDITION');
    await change(id, { deleteLock: 'false' });
    await remove();
    expect(await test.catalog.snapshots.find(id)).to.equal(undefined);
  });

  it('is undone of a snapshot when the agent cannot write it down', async () => {
    const id = await cut({ 'tag.team': 'blue' });
    test.agent.fail = () => new VolumeError('DataLoss', 'the image is missing');
    const error: unknown = await change(id, { deleteLock: 'true', 'tag.team': 'red' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.include({ reason: 'DataLoss' });
    expect((await test.catalog.snapshots.find(id))?.spec).to.deep.include({ tags: { team: 'blue' } });
    expect((await test.catalog.snapshots.find(id))?.spec.deleteLock).to.equal(undefined);
  });
});
