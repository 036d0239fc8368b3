import { join } from 'node:path';
import { expect } from 'chai';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { modify } from '../../../src/catalog/modify.ts';
import type { DiskSync } from '../../../src/catalog/sqlite/database.ts';
import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { readyStatus, volumeSpec, volumeStatus } from '../fixtures.ts';
import { errorOf } from '../outcomes.ts';
import { realSync, scratchDirectory } from './scratch.ts';

const id = volumeId('one');

describe('durability of the SQLite catalog', () => {
  let directory: Awaited<ReturnType<typeof scratchDirectory>>;
  let catalog: Catalog;
  /** Stands between the catalog and the disk: each sync waits for `gate`. */
  let gate: Promise<void>;
  let synced: string[];

  beforeEach(async () => {
    directory = await scratchDirectory();
    gate = Promise.resolve();
    synced = [];
    const sync: DiskSync = {
      async syncDescriptor(fd) {
        await gate;
        await realSync.syncDescriptor(fd);
        synced.push('log');
      },
      async sync(path) {
        await realSync.sync(path);
        synced.push(path);
      },
    };
    catalog = await openSqliteCatalog({ path: join(directory.path, 'catalog.db'), sync });
  });
  afterEach(async () => {
    await catalog.close();
    await directory.remove();
  });

  it('has put a new file and its name on disk when it is open', () => {
    expect(synced).to.deep.equal(['log', directory.path]);
  });

  it('tells no second caller that it is so already before that is on disk', async () => {
    await catalog.volumes.create(id, volumeSpec(), volumeStatus);
    const { promise, resolve: openGate } = Promise.withResolvers<undefined>();
    gate = promise.then(() => undefined);
    const tag = () =>
      modify(catalog.volumes, id, ({ spec }) => (spec.tags['a'] === '1' ? undefined : { ...spec, tags: { a: '1' } }));
    const order: string[] = [];
    const calls = [tag().then(() => order.push('first')), tag().then(() => order.push('second'))];
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(order).to.deep.equal([]);
    openGate(undefined);
    await Promise.all(calls);
    expect(order).to.have.members(['first', 'second']);
  });

  it('answers a creation when it is on disk, and tells of it at once', async () => {
    const { promise, resolve: openGate } = Promise.withResolvers<undefined>();
    gate = promise.then(() => undefined);
    const order: string[] = [];
    catalog.volumes.watch(({ resource }) => order.push(`told ready=${String(resource?.status.ready)}`));

    const creation = catalog.volumes.create(id, volumeSpec(), volumeStatus).then(() => order.push('created'));
    const visible = await catalog.volumes.find(id);
    if (visible === undefined) throw new Error('the creation is not visible');
    await catalog.volumes.updateStatus(visible, readyStatus);
    order.push('status written');
    await new Promise((resolve) => setImmediate(resolve));
    expect(order, 'neither the agent nor a status waits for the disk').to.have.members([
      'told ready=false',
      'status written',
      'told ready=true',
    ]);

    openGate(undefined);
    await creation;
    expect(order.at(-1)).to.equal('created');
  });

  it('answers a change when it is on disk, and tells of it then', async () => {
    const volume = await catalog.volumes.create(id, volumeSpec(), volumeStatus);
    const { promise, resolve: openGate } = Promise.withResolvers<undefined>();
    gate = promise.then(() => undefined);
    const order: string[] = [];
    catalog.volumes.watch(({ resource }) => order.push(`told ready=${String(resource?.status.ready)}`));

    const change = catalog.volumes.update(volume, { ...volume.spec, revision: 2 }).then(() => order.push('changed'));
    const visible = await catalog.volumes.find(id);
    if (visible === undefined) throw new Error('the volume is gone');
    await catalog.volumes.updateStatus(visible, readyStatus);
    order.push('status written');
    await new Promise((resolve) => setImmediate(resolve));
    expect(order, 'a status does not wait for the disk, its telling waits for its turn').to.deep.equal([
      'status written',
    ]);

    openGate(undefined);
    await change;
    expect(order.slice(0, 2)).to.deep.equal(['status written', 'told ready=false']);
    expect(order.slice(2)).to.have.members(['changed', 'told ready=true']);
  });

  it('says of a removal that it is done when the other caller’s removal is on disk', async () => {
    const volume = await catalog.volumes.create(id, volumeSpec(), volumeStatus);
    const { promise, resolve: openGate } = Promise.withResolvers<undefined>();
    gate = promise.then(() => undefined);
    let answers = 0;
    const removals = [catalog.volumes.remove(volume), catalog.volumes.remove(volume)];
    const answered = Promise.all(removals.map((removal) => removal.then(() => (answers += 1))));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answers).to.equal(0);
    openGate(undefined);
    await answered;
  });

  it('shares syncs between writers that come together', async () => {
    synced.length = 0;
    const ids = Array.from({ length: 200 }, (_, index) => volumeId(String(index)));
    await Promise.all(ids.map((each) => catalog.volumes.create(each, volumeSpec(), volumeStatus)));
    expect(synced).to.have.length(1);
  });

  it('trusts nothing after a sync that failed', async () => {
    gate = Promise.reject(new Error('EIO: i/o error, fdatasync'));
    const failed = await errorOf(catalog.volumes.create(id, volumeSpec(), volumeStatus));
    gate = Promise.resolve();
    const later = await errorOf(catalog.volumes.create(volumeId('two'), volumeSpec(), volumeStatus));
    const check = await errorOf(catalog.check());
    for (const error of [failed, later, check]) {
      expect(error).to.be.instanceOf(VolumeError).and.to.have.property('reason', 'Unavailable');
      expect(error).to.have.property('message').that.contains(directory.path).and.contains('EIO');
    }
  });

  it('goes on when a listener throws, and lets the process hear of it', async () => {
    const heard: string[] = [];
    const surfaced = withUncaught(async () => {
      catalog.volumes.watch(() => {
        throw new Error('a defect');
      });
      catalog.volumes.watch((change) => heard.push(change.id));
      await catalog.volumes.create(id, volumeSpec(), volumeStatus);
    });
    expect(await surfaced)
      .to.have.property('message')
      .that.contains(id)
      .and.contains('a defect');
    expect(heard).to.deep.equal([id]);
  });

  it('says when it is closed', async () => {
    await catalog.close();
    await catalog.close();
    const refusals = [
      catalog.volumes.find(id),
      catalog.volumes.create(id, volumeSpec(), volumeStatus),
      catalog.check(),
    ];
    for (const refusal of refusals) {
      expect(await errorOf(refusal))
        .to.be.instanceOf(VolumeError)
        .and.to.have.property('reason', 'Unavailable');
    }
  });
});

/** The uncaught exception that `work` leads to; mocha's own listeners are put aside meanwhile. */
async function withUncaught(work: () => Promise<void>): Promise<unknown> {
  const event = 'uncaughtException';
  const others = process.listeners(event);
  process.removeAllListeners(event);
  try {
    const caught = new Promise((resolve) => process.once(event, resolve));
    await work();
    return await caught;
  } finally {
    for (const listener of others) process.on(event, listener);
  }
}
