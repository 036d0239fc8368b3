import { expect } from 'chai';
import type { Change, Collection } from '../../../src/catalog/catalog.ts';
import { createVolume } from '../../../src/csi/controller/create-volume.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import type { Volume } from '../../../src/domain/volume.ts';
import { changed } from '../../support/changed-collection.ts';
import { startController, volumeRequest, type TestController } from '../../support/controller.ts';
import { received } from '../../support/received.ts';

describe('CreateVolume, asking the catalog', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
  });
  afterEach(() => test.stop());

  const call = { signal: new AbortController().signal, deadline: Infinity };
  const createOver = (volumes: Collection<Volume>) =>
    createVolume(
      received('CreateVolume', volumeRequest('v')),
      { ...test.deps, catalog: { ...test.catalog, volumes } },
      call,
    );

  it('reads nothing for a new volume, and for a known one what is there', async () => {
    const { volumes } = test.catalog;
    const read: string[] = [];
    const counting = changed(volumes, {
      find: (id) => {
        read.push(id);
        return volumes.find(id);
      },
    });
    const first = await createOver(counting);
    expect(read).to.deep.equal([]);
    expect(await createOver(counting)).to.deep.equal(first);
    expect(read).to.include(volumeId('v'));
  });

  it('answers for a volume that is there when no other would find room', async () => {
    const first = await test.controller.createVolume(volumeRequest('v'));
    await test.setPool('a.default', { available: 0 });
    expect(await test.controller.createVolume(volumeRequest('v'))).to.deep.equal(first);
  });

  it('does not take the end of an older volume of this name for its own', async () => {
    const { volumes } = test.catalog;
    const listeners = new Set<(change: Change<Volume>) => void>();
    const lateToTell = changed(volumes, {
      watch: (listener, id) => {
        listeners.add(listener);
        return volumes.watch(listener, id);
      },
      create: (id, spec, status) => {
        for (const listener of listeners) listener({ id, resource: undefined });
        return volumes.create(id, spec, status);
      },
    });
    expect((await createOver(lateToTell)).volume?.volumeId).to.equal(volumeId('v'));
  });
});
