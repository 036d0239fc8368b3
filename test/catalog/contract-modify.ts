import { expect } from 'chai';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { modify, modifyStatus } from '../../src/catalog/modify.ts';
import { VolumeError } from '../../src/domain/errors.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { volumeSpec, volumeStatus } from './fixtures.ts';
import { errorOf } from './outcomes.ts';
import { changed } from '../support/changed-collection.ts';

const id = volumeId('one');

export function describeModify(catalog: () => Catalog, racers: number): void {
  it('loses none of many modifications that race', async () => {
    await catalog().volumes.create(id, volumeSpec({ revision: 0 }), volumeStatus);
    await Promise.all([
      ...Array.from({ length: racers }, () =>
        modify(catalog().volumes, id, ({ spec }) => ({ ...spec, revision: spec.revision + 1 })),
      ),
      ...Array.from({ length: racers }, () =>
        modifyStatus(catalog().volumes, id, ({ status }) => ({ ...status, size: status.size + 1 })),
      ),
    ]);
    const volume = await catalog().volumes.find(id);
    expect(volume?.spec.revision).to.equal(racers);
    expect(volume?.status.size).to.equal(racers);
  });

  it('leaves a resource as it is when the change is undefined', async () => {
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    expect(await modify(catalog().volumes, id, () => undefined)).to.deep.equal(created);
    expect(await modifyStatus(catalog().volumes, id, () => undefined)).to.deep.equal(created);
    expect(await catalog().volumes.find(id)).to.deep.equal(created);
  });

  it('modifies nothing where there is nothing', async () => {
    const never = (): never => {
      throw new Error('there is nothing to change');
    };
    expect(await modify(catalog().volumes, id, never)).to.equal(undefined);
    expect(await modifyStatus(catalog().volumes, id, never)).to.equal(undefined);
  });

  it('throws what the change throws', async () => {
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const refusal = new VolumeError('FailedPrecondition', 'held by node a');
    const refused = modify(catalog().volumes, id, () => {
      throw refusal;
    });
    expect(await errorOf(refused)).to.equal(refusal);
    expect(await catalog().volumes.find(id)).to.deep.equal(created);
  });

  it('gives up with Aborted when others are always faster', async () => {
    const { volumes } = catalog();
    const created = await volumes.create(id, volumeSpec(), volumeStatus);
    await volumes.update(created, { ...created.spec, revision: 2 });
    const alwaysBehind = changed(volumes, { find: () => Promise.resolve(created) });
    const refusal = await errorOf(modify(alwaysBehind, id, ({ spec }) => spec));
    expect(refusal).to.be.instanceOf(VolumeError).and.to.have.property('reason', 'Aborted');
  });
}
