import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { answer } from '../../src/agent/answer.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { readyStatus, volumeSpec, volumeStatus } from '../catalog/fixtures.ts';
import { scratchCatalog } from '../catalog/sqlite/scratch.ts';
import { changed } from '../support/changed-collection.ts';

describe('an answer of the agent', () => {
  let catalog: Catalog;
  beforeEach(async () => {
    catalog = await scratchCatalog();
  });
  afterEach(() => catalog.close());

  it('is written over what was asked, and over what came of it meanwhile', async () => {
    const { volumes } = catalog;
    let reads = 0;
    const counting = changed(volumes, {
      find: (id) => {
        reads += 1;
        return volumes.find(id);
      },
    });
    const asked = await volumes.create('vol-1', volumeSpec(), volumeStatus);
    expect(await answer(counting, asked, () => readyStatus)).to.equal(true);
    expect(reads, 'nothing had changed').to.equal(0);
    expect((await volumes.find('vol-1'))?.status).to.deep.equal(readyStatus);

    // What was asked is of an older version by now.
    expect(await answer(counting, asked, ({ status }) => ({ ...status, size: status.size + 1 }))).to.equal(true);
    expect(reads).to.equal(1);
    expect((await volumes.find('vol-1'))?.status.size).to.equal(readyStatus.size + 1);
  });

  it('is not given to another volume of this id, or to none', async () => {
    const { volumes } = catalog;
    const asked = await volumes.create('vol-1', volumeSpec(), volumeStatus);
    await volumes.remove(asked);
    expect(await answer(volumes, asked, () => readyStatus)).to.equal(false);
    await volumes.create('vol-1', volumeSpec({ uuid: randomUUID() }), volumeStatus);
    expect(await answer(volumes, asked, () => readyStatus)).to.equal(false);
    expect((await volumes.find('vol-1'))?.status).to.deep.equal(volumeStatus);
  });
});
