import { expect } from 'chai';
import type { Catalog, Collection } from '../../src/catalog/catalog.ts';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { VolumeError } from '../../src/domain/errors.ts';
import { volumeId } from '../../src/domain/ids.ts';
import type { Volume } from '../../src/domain/volume.ts';
import { readyStatus, volumeSpec, volumeStatus } from './fixtures.ts';
import { errorOf } from './outcomes.ts';
import { changed } from '../support/changed-collection.ts';

const id = volumeId('one');
const never = new AbortController().signal;
const isReady = (volume: Volume | undefined): boolean => volume?.status.ready === true;
const isGone = (volume: Volume | undefined): boolean => volume === undefined;

export function describeWaits(catalog: () => Catalog): void {
  it('need not wait for what is so already', async () => {
    expect(await waitUntil(catalog().volumes, id, isGone, never)).to.equal(undefined);
    const created = await catalog().volumes.create(id, volumeSpec(), readyStatus);
    expect(await waitUntil(catalog().volumes, id, isReady, never)).to.deep.equal(created);
  });

  it('waits until a resource is ready, and until it is gone', async () => {
    const ready = waitUntil(catalog().volumes, id, isReady, never);
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const seen = await catalog().volumes.updateStatus(created, readyStatus);
    expect(await ready).to.deep.equal(seen);

    const gone = waitUntil(catalog().volumes, id, isGone, never);
    await catalog().volumes.remove(seen);
    expect(await gone).to.equal(undefined);
  });

  it('misses no change that comes while it takes its first look', async () => {
    await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const ready = await waitUntil(overtaken(catalog().volumes), id, isReady, AbortSignal.timeout(5_000));
    expect(ready).to.deep.equal(await catalog().volumes.find(id));
  });

  it('does not go back to a first look that a change has overtaken', async () => {
    await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const looks: boolean[] = [];
    const waiting = waitUntil(
      overtaken(catalog().volumes),
      id,
      (volume) => {
        looks.push(isReady(volume));
        return volume?.status.size === 1;
      },
      never,
    );
    await untilTold(catalog().volumes, isReady);
    await modifyStatus(catalog().volumes, id, ({ status }) => ({ ...status, size: 1 }));
    await waiting;
    expect(looks).to.deep.equal([true, true]);
  });

  it('wakes each of many waiters for its own resource alone', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => volumeId(`volume ${String(index)}`));
    const created = await Promise.all(ids.map((each) => catalog().volumes.create(each, volumeSpec(), volumeStatus)));
    let looks = 0;
    const counted = (volume: Volume | undefined): boolean => {
      looks += 1;
      return isReady(volume);
    };
    const waits = ids.map((each) => waitUntil(catalog().volumes, each, counted, never));
    await Promise.all(created.map((volume) => catalog().volumes.updateStatus(volume, readyStatus)));
    expect((await Promise.all(waits)).map((volume) => volume?.id)).to.deep.equal(ids);
    // A first look and one change each; far below the 2,500 of all looking at all.
    expect(looks).to.be.at.most(3 * ids.length);
  });

  it('rejects with Cancelled when the signal aborts, before and while it waits', async () => {
    const controller = new AbortController();
    const waiting = waitUntil(catalog().volumes, id, isReady, controller.signal);
    controller.abort();
    for (const wait of [waiting, waitUntil(catalog().volumes, id, isReady, AbortSignal.abort())]) {
      expect(await errorOf(wait))
        .to.be.instanceOf(VolumeError)
        .and.to.have.property('reason', 'Cancelled');
    }
  });

  it('rejects with what the predicate throws', async () => {
    const failure = new VolumeError('ResourceExhausted', 'the pool is full');
    const wait = waitUntil(
      catalog().volumes,
      id,
      (volume) => {
        if (volume === undefined) return false;
        throw failure;
      },
      never,
    );
    const refusal = errorOf(wait);
    await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    expect(await refusal).to.equal(failure);
  });
}

/** A collection in which the volume becomes ready, and all are told, just after `find` has read it. */
function overtaken(volumes: Collection<Volume>): Collection<Volume> {
  return changed(volumes, {
    find: async (target) => {
      const old = await volumes.find(target);
      const told = untilTold(volumes, isReady);
      await modifyStatus(volumes, target, () => readyStatus);
      await told;
      return old;
    },
  });
}

function untilTold(volumes: Collection<Volume>, isIt: (volume: Volume | undefined) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = volumes.watch(({ resource }) => {
      if (!isIt(resource)) return;
      stop();
      resolve();
    });
  });
}
