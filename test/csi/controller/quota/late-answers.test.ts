import { expect } from 'chai';
import type { Catalog } from '../../../../src/catalog/catalog.ts';
import { controllerExpandVolume } from '../../../../src/csi/controller/controller-expand-volume.ts';
import { createVolume } from '../../../../src/csi/controller/create-volume.ts';
import type { ControllerDeps } from '../../../../src/csi/controller/deps.ts';
import { Quotas } from '../../../../src/csi/controller/quota/quotas.ts';
import { VolumeError } from '../../../../src/domain/errors.ts';
import { uncountedQuota, type Amounts } from '../../../../src/domain/quota.ts';
import { GiB } from '../../../../src/domain/sizes.ts';
import { changed } from '../../../support/changed-collection.ts';
import { madeVolume, startController, volumeRequest, type TestController } from '../../../support/controller.ts';
import { failureOf } from '../../../support/failure.ts';
import { received } from '../../../support/received.ts';
import { until } from '../../../support/until.ts';

describe('quotas over a catalog that answers late', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('node-a.default');
  });
  afterEach(() => test.stop());

  const over = (volumes: Partial<Catalog['volumes']>): ControllerDeps => {
    const catalog = { ...test.catalog, volumes: changed(test.catalog.volumes, volumes) };
    return { ...test.deps, catalog, quotas: new Quotas({ ...test.deps, catalog }) };
  };
  const create = (deps: ControllerDeps, name: string) =>
    createVolume(received('CreateVolume', volumeRequest(name)), deps, call());
  const used = async (): Promise<Amounts | undefined> => (await test.catalog.quotas.find('few'))?.status.used;

  it('do not forget what was made while all was listed', async () => {
    await test.catalog.quotas.create('few', { limits: { volumes: 2 } }, uncountedQuota);
    const creation = Promise.withResolvers<undefined>();
    const answer = Promise.withResolvers<undefined>();
    let isBegun = false;
    let isListed = false;
    const { volumes } = test.catalog;
    const deps = over({
      create: async (...args) => {
        if (args[1].name === 'a') await creation.promise;
        return await volumes.create(...args);
      },
      list: async (query) => {
        const listed = await volumes.list(query);
        if (query?.isExact === true && isBegun) {
          isListed = true;
          await answer.promise;
        }
        return listed;
      },
    });
    const { volume } = await create(deps, 'deleted');
    await test.controller.deleteVolume({ volumeId: volume?.volumeId ?? '' });
    const made = create(deps, 'a');
    await until(async () => (await used())?.volumes === 2);
    isBegun = true;
    const counted = deps.quotas.look();
    await until(() => isListed);
    creation.resolve(undefined);
    await made;
    answer.resolve(undefined);
    await counted;
    expect((await used())?.volumes).to.equal(1);
    await create(deps, 'b');
    expect(await failureOf(create(deps, 'c'))).to.include({ reason: 'ResourceExhausted' });
    expect(await volumes.list()).to.have.length(2);
  });

  it('do not give back what may be there all the same, of a growth of which nobody knows whether it was written', async () => {
    await test.catalog.quotas.create('few', { limits: { bytes: 3 * GiB } }, uncountedQuota);
    const volumeId = await madeVolume(test, 'a');
    const { volumes } = test.catalog;
    let isLost = true;
    const late = Promise.withResolvers<undefined>();
    const written = Promise.withResolvers<unknown>();
    const deps = over({
      update: async (...args) => {
        if (!isLost) return await volumes.update(...args);
        isLost = false;
        written.resolve(late.promise.then(() => volumes.update(...args)));
        throw new VolumeError('Unavailable', 'no answer');
      },
    });
    const request = received('ControllerExpandVolume', { volumeId, capacityRange: { requiredBytes: 3 * GiB } });
    expect(await failureOf(controllerExpandVolume(request, deps, call()))).to.include({ reason: 'Unavailable' });
    expect(await failureOf(create(deps, 'b'))).to.include({ reason: 'ResourceExhausted' });
    late.resolve(undefined);
    await written.promise;
    expect((await volumes.find(volumeId))?.spec.size).to.equal(3 * GiB);
    // Asked for again, it is there, and counts once.
    await controllerExpandVolume(request, deps, call());
    expect((await used())?.bytes).to.equal(3 * GiB);
  });
});

function call() {
  return { signal: AbortSignal.timeout(20_000), deadline: Date.now() + 20_000 };
}
