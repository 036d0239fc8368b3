import { expect } from 'chai';
import { ConflictError } from '../../../src/catalog/catalog.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { readyStatus, volumeSpec, volumeStatus, poolSpec, poolStatus } from '../fixtures.ts';
import { errorOf } from '../outcomes.ts';
import { describeInWorld } from './world.ts';

const id = volumeId('one');

describeInWorld('a write in two steps that a crash cut in two', (world) => {
  it('a removal is finished by whoever removes it next', async () => {
    const { volumes } = world().open();
    const volume = await volumes.create(id, volumeSpec(), readyStatus);
    await world().kubectl.patch('volumes', id, { metadata: { finalizers: null } });
    // Nothing of what the catalog knows has changed: also one who read it before may go on.
    await volumes.remove(volume);
    expect(await world().kubectl.get('volumes', id)).to.equal(undefined);
  });

  it('a removal that nobody goes on with leaves a volume as it was, which the next write keeps again', async () => {
    const { volumes } = world().open();
    const volume = await volumes.create(id, volumeSpec(), readyStatus);
    await world().kubectl.patch('volumes', id, { metadata: { finalizers: null } });
    const found = await volumes.find(id);
    expect(found).to.deep.include({ spec: volume.spec, status: volume.status });
    if (found !== undefined) await volumes.update(found, { ...found.spec, revision: 2 });
    expect((await world().kubectl.get('volumes', id))?.metadata.finalizers).to.deep.equal(['tome.storage/image']);
  });

  it('a removal does not take a volume that was changed in between', async () => {
    const { volumes } = world().open();
    const volume = await volumes.create(id, volumeSpec(), readyStatus);
    await world().kubectl.patch('volumes', id, { metadata: { finalizers: null }, spec: { revision: 2 } });
    expect(await errorOf(volumes.remove(volume))).to.be.instanceOf(ConflictError);
    expect(await volumes.find(id)).to.deep.include({ status: readyStatus });
  });

  it('a creation leaves a volume that nobody has looked at, so that its agent does the work again', async () => {
    const { volumes, pools } = world().open();
    const spec = volumeSpec();
    await world().kubectl.create('volumes', { metadata: { name: id, finalizers: ['tome.storage/image'] }, spec });
    expect(await volumes.find(id)).to.deep.include({ spec, status: volumeStatus });
    expect(await errorOf(volumes.create(id, spec, readyStatus))).to.be.instanceOf(ConflictError);
    await world().kubectl.create('pools', { metadata: { name: 'node-a.default' }, spec: poolSpec });
    expect((await pools.find('node-a.default'))?.status).to.deep.include({ ready: false, capacity: 0 });
    expect(await errorOf(pools.create('node-a.default', poolSpec, poolStatus))).to.be.instanceOf(ConflictError);
  });
});

describeInWorld('a write whose answer was lost', (world) => {
  it('is found to be done when it made a resource', async () => {
    const link = await world().link();
    const { volumes } = world().open({ link });
    await volumes.find(id);
    link.loseAnswers();
    const spec = volumeSpec();
    const created = await volumes.create(id, spec, volumeStatus);
    expect(created).to.deep.include({ id, spec, status: volumeStatus });
    expect(await volumes.find(id)).to.deep.equal(created);
  });

  it("does not take another one's resource for its own", async () => {
    const link = await world().link();
    const { volumes } = world().open({ link });
    const other = await world().open().volumes.create(id, volumeSpec(), volumeStatus);
    await volumes.find(id);
    link.loseAnswers();
    expect(await errorOf(volumes.create(id, volumeSpec(), volumeStatus))).to.be.instanceOf(ConflictError);
    expect(await volumes.find(id)).to.deep.equal(other);
  });

  it('is a conflict when it changed a resource: who reads it again sees what it is now', async () => {
    const link = await world().link();
    const { volumes } = world().open({ link });
    const created = await volumes.create(id, volumeSpec(), volumeStatus);
    link.loseAnswers();
    const spec = { ...created.spec, revision: 2 };
    expect(await errorOf(volumes.update(created, spec))).to.be.instanceOf(ConflictError);
    expect(await volumes.find(id)).to.deep.include({ spec });
  });

  it('is found to be done when it removed a resource', async () => {
    const link = await world().link();
    const { pools } = world().open({ link });
    const created = await pools.create('node-a.default', poolSpec, poolStatus);
    link.loseAnswers();
    await pools.remove(created);
    expect(await pools.find(created.id)).to.equal(undefined);
  });
});
