import { expect } from 'chai';
import type { Catalog, Change } from '../../../src/catalog/catalog.ts';
import { modify } from '../../../src/catalog/modify.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import type { Volume } from '../../../src/domain/volume.ts';
import { volumeSpec, volumeStatus } from '../fixtures.ts';
import { errorOf } from '../outcomes.ts';
import { describeInWorld, until } from './world.ts';

const id = volumeId('one');

describeInWorld('a watch of custom resources', (world) => {
  /** All that the catalog's listeners hear, and how to wait for something in it. */
  function listen({ volumes }: Catalog) {
    const changes: Change<Volume>[] = [];
    const stop = volumes.watch((change) => {
      changes.push(change);
    });
    return {
      changes,
      stop,
      of: (wanted: string) => changes.filter((change) => change.id === wanted).map(({ resource }) => resource),
      until: (isTrue: () => boolean) => until((listener) => volumes.watch(listener), isTrue),
    };
  }

  async function made({ volumes }: Catalog, name: string): Promise<Volume> {
    return await volumes.create(volumeId(name), volumeSpec({ name }), volumeStatus);
  }

  it('hears of what others write, each version once and in order', async () => {
    const [here, there] = [world().open(), world().open()];
    const heard = listen(here);
    await here.volumes.list();
    const created = await made(there, 'one');
    for (let revision = 2; revision <= 20; revision += 1) {
      await modify(revision % 2 === 0 ? there.volumes : here.volumes, id, ({ spec }) => ({ ...spec, revision }));
    }
    const last = await there.volumes.find(id);
    if (last !== undefined) await there.volumes.remove(last);
    await heard.until(() => heard.of(id).at(-1) === undefined && heard.of(id).length > 0);
    const revisions = heard.of(id).map((volume) => volume?.spec.revision);
    expect(revisions).to.deep.equal([...Array.from({ length: 20 }, (_, index) => index + 1), undefined]);
    expect(created.spec.revision).to.equal(1);
    expect(await here.volumes.list()).to.deep.equal([]);
  });

  it('goes on where it was after its connection broke, without telling anything twice', async () => {
    const link = await world().link();
    const [here, there] = [world().open({ link }), world().open()];
    await made(there, 'kept');
    const heard = listen(here);
    await here.volumes.list();
    link.cut();
    const created = await made(there, 'one');
    link.restore();
    await heard.until(() => heard.of(id).length > 0);
    expect(heard.changes.map((change) => change.id).sort()).to.deep.equal([id, volumeId('kept')].sort());
    expect(heard.of(id)).to.deep.equal([created]);
  });

  it('finds every difference when the server has forgotten where it was, deletions included and once', async () => {
    const link = await world().link();
    const [here, there] = [world().open({ link }), world().open()];
    const [changed, removed, again] = [
      await made(there, 'changed'),
      await made(there, 'removed'),
      await made(there, 'again'),
    ];
    await made(there, 'same');
    const heard = listen(here);
    await here.volumes.list();
    await heard.until(() => heard.changes.length === 4);
    heard.changes.length = 0;

    link.cut();
    await there.volumes.update(changed, { ...changed.spec, revision: 2 });
    await there.volumes.remove(removed);
    await there.volumes.remove(again);
    const second = await made(there, 'again');
    const added = await made(there, 'added');
    // A server that has just started knows nothing of before.
    await world().server.kill();
    await world().server.start();
    link.restore();

    await heard.until(() => heard.of(added.id).length > 0);
    expect(heard.of(changed.id).map((volume) => volume?.spec.revision)).to.deep.equal([2]);
    expect(heard.of(removed.id)).to.deep.equal([undefined]);
    expect(heard.of(again.id).at(-1)).to.deep.equal(second);
    expect(heard.of(added.id)).to.deep.equal([added]);
    expect(heard.of(volumeId('same'))).to.deep.equal([]);
    expect((await here.volumes.list()).map((volume) => volume.id)).to.deep.equal(
      (await there.volumes.list()).map((volume) => volume.id),
    );
  });

  it('notices a connection that went dead without a sign', async () => {
    const link = await world().link();
    const [here, there] = [world().open({ link, watchSeconds: 1 }), world().open()];
    const heard = listen(here);
    await here.volumes.list();
    link.silence();
    const created = await made(there, 'one');
    // Eleven seconds are what the dead watch takes to be noticed; the link is whole for those that follow.
    setTimeout(() => {
      link.restoreNew();
    }, 500);
    await heard.until(() => heard.of(id).length > 0);
    expect(heard.of(id)).to.deep.equal([created]);
  });

  it('answers lists from what it knows while the server is away, and from nothing when it never knew', async () => {
    const link = await world().link();
    const here = world().open({ link, timeoutMs: 2_000 });
    const created = await made(here, 'one');
    expect(await here.volumes.list()).to.deep.equal([created]);
    link.cut();
    expect(await here.volumes.list()).to.deep.equal([created]);
    const asked = [here.snapshots.list(), here.volumes.find(id), here.check(), made(here, 'two')];
    for (const refusal of await Promise.all(asked.map(errorOf))) {
      expect(refusal).to.be.instanceOf(VolumeError).and.to.include({ reason: 'Unavailable' });
    }
    link.restore();
    expect(await here.snapshots.list()).to.deep.equal([]);
    await here.check();
    await here.close();
    expect(await errorOf(here.groups.list())).to.include({ reason: 'Unavailable' });
  });

  it('survives a server that freezes and is killed while many write', async () => {
    const { server } = world();
    const [here, there] = [world().open({ timeoutMs: 2_000, watchSeconds: 1 }), world().open({ timeoutMs: 2_000 })];
    const heard = listen(here);
    await here.volumes.list();
    const names = Array.from({ length: 60 }, (_, index) => `volume ${index}`);
    const writing = Promise.all(names.map((name, index) => insist(() => made(index % 2 === 0 ? here : there, name))));
    server.freeze();
    await server.kill();
    await server.start();
    await writing;
    const isThere = () => names.every((name) => heard.of(volumeId(name)).length > 0);
    await heard.until(isThere);
    expect((await here.volumes.list()).map((volume) => volume.spec.name).sort()).to.deep.equal([...names].sort());
    // None of them was ever gone, and each was told as it is.
    expect(heard.changes.filter(({ resource }) => resource === undefined)).to.deep.equal([]);
    expect(heard.changes).to.have.length(names.length);
  });
});

/** As a caller does: what is there already is what it wanted, and an API server that is away comes back. */
async function insist(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof VolumeError && error.reason === 'Unavailable')) {
        if (error instanceof Error && error.name === 'ConflictError') return;
        throw error;
      }
    }
  }
}
