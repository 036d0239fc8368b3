import { expect } from 'chai';
import type { Catalog, Change } from '../../src/catalog/catalog.ts';
import { modify, modifyStatus } from '../../src/catalog/modify.ts';
import { volumeId } from '../../src/domain/ids.ts';
import type { Volume } from '../../src/domain/volume.ts';
import { readyStatus, volumeSpec, volumeStatus } from './fixtures.ts';

const [id, other] = [volumeId('one'), volumeId('other')];

export function describeWatch(catalog: () => Catalog): void {
  it('tells each write of a resource in order, and its removal last', async () => {
    const told = collect(catalog(), ({ resource }) => resource === undefined);
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const updated = await catalog().volumes.update(created, { ...created.spec, revision: 2 });
    const seen = await catalog().volumes.updateStatus(updated, readyStatus);
    await catalog().volumes.remove(seen);
    expect(await told).to.deep.equal([
      { id, resource: created },
      { id, resource: updated },
      { id, resource: seen },
      { id, resource: undefined },
    ]);
  });

  it('keeps the order when durable writes and status writes come at once', async () => {
    await catalog().volumes.create(id, volumeSpec({ revision: 0 }), volumeStatus);
    const told = collect(catalog(), ({ resource }) => resource?.spec.revision === 20 && resource.status.size === 20);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        await Promise.all([
          modify(catalog().volumes, id, ({ spec }) => ({ ...spec, revision: spec.revision + 1 })),
          modifyStatus(catalog().volumes, id, ({ status }) => ({ ...status, size: status.size + 1 })),
        ]);
      }),
    );
    // Each write adds one to a counter, so that a change out of its order, or one twice, shows.
    const sums = (await told).map(({ resource }) => (resource?.spec.revision ?? 0) + (resource?.status.size ?? 0));
    expect(sums.slice(-40)).to.deep.equal(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('has made the write visible when it tells', async () => {
    const visible = new Promise<Volume | undefined>((resolve, reject) => {
      const stop = catalog().volumes.watch((change) => {
        stop();
        catalog().volumes.find(change.id).then(resolve, reject);
      });
    });
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    expect(await visible).to.deep.equal(created);
  });

  it('tells of one resource alone when asked to', async () => {
    const told = collect(catalog(), ({ resource }) => resource?.status.ready === true, id);
    await catalog().volumes.create(other, volumeSpec(), readyStatus);
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const seen = await catalog().volumes.updateStatus(created, readyStatus);
    expect(await told).to.deep.equal([
      { id, resource: created },
      { id, resource: seen },
    ]);
  });

  it('tells nothing to one who stopped, not even what is just being told', async () => {
    const heard: string[] = [];
    const stops: (() => void)[] = [];
    stops.push(
      catalog().volumes.watch(() => {
        heard.push('first');
        for (const stop of stops) stop();
      }),
      catalog().volumes.watch(() => heard.push('second')),
    );
    const told = collect(catalog(), ({ resource }) => resource?.status.ready === true);
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    await catalog().volumes.updateStatus(created, readyStatus);
    await told;
    expect(heard).to.deep.equal(['first']);
  });

  it('does not tell of refused writes', async () => {
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const current = await catalog().volumes.updateStatus(created, readyStatus);
    const told = collect(catalog(), ({ resource }) => resource === undefined);
    await Promise.allSettled([
      catalog().volumes.create(id, volumeSpec(), volumeStatus),
      catalog().volumes.update(created, volumeSpec()),
      catalog().volumes.remove(created),
    ]);
    await catalog().volumes.remove(current);
    const changes = (await told).filter(({ resource }) => resource?.version !== current.version);
    expect(changes).to.deep.equal([{ id, resource: undefined }]);
  });
}

/** All changes up to the first that is the last one. */
function collect(
  { volumes }: Catalog,
  isLast: (change: Change<Volume>) => boolean,
  only?: string,
): Promise<Change<Volume>[]> {
  return new Promise((resolve) => {
    const changes: Change<Volume>[] = [];
    const stop = volumes.watch((change) => {
      changes.push(change);
      if (!isLast(change)) return;
      stop();
      resolve(changes);
    }, only);
  });
}
