import { expect } from 'chai';
import type { Catalog, Collection } from '../../../../src/catalog/catalog.ts';
import { createVolume } from '../../../../src/csi/controller/create-volume.ts';
import { deleteVolume } from '../../../../src/csi/controller/delete-volume.ts';
import type { ControllerDeps } from '../../../../src/csi/controller/deps.ts';
import { Quotas } from '../../../../src/csi/controller/quota/quotas.ts';
import { VolumeError } from '../../../../src/domain/errors.ts';
import { volumeId } from '../../../../src/domain/ids.ts';
import { uncountedQuota, type Quota } from '../../../../src/domain/quota.ts';
import { GiB } from '../../../../src/domain/sizes.ts';
import { received } from '../../../support/received.ts';
import { startController, volumeRequest, type TestController } from '../../../support/controller.ts';

const LIMIT = 12;
const CALLERS = 100;

/** Two controllers that know nothing of each other but what is in the catalog. */
describe('creations that race for a quota', function () {
  this.timeout(60_000);
  let test: TestController;
  let most: number;
  let stopCounting: () => void;

  beforeEach(async () => {
    test = await startController();
    await test.addPool('node-a.default');
    await test.catalog.quotas.create('few', { limits: { volumes: LIMIT, bytes: LIMIT * GiB } }, uncountedQuota);
    most = 0;
    const there = new Set<string>();
    stopCounting = test.catalog.volumes.watch(({ id, resource }) => {
      if (resource === undefined) there.delete(id);
      else there.add(id);
      most = Math.max(most, there.size);
    });
  });
  afterEach(async () => {
    stopCounting();
    await test.stop();
  });

  const controllers = (catalog: Catalog = test.catalog): readonly ControllerDeps[] =>
    [1, 2].map(() => ({ ...test.deps, catalog, quotas: new Quotas({ ...test.deps, catalog }) }));

  it('never make more than it allows, and in the end just as many', async () => {
    const [one, other] = pair(controllers());
    const names = Array.from({ length: CALLERS }, (_, index) => `v${index}`);
    const outcomes = await Promise.all(names.map((name, index) => tryCreate(index % 2 ? one : other, name)));
    expect(outcomes.filter((reason) => reason === undefined)).to.have.length(LIMIT);
    expect(new Set(outcomes)).to.deep.equal(new Set([undefined, 'ResourceExhausted']));
    expect(most).to.equal(LIMIT);
    expect(await test.catalog.volumes.list()).to.have.length(LIMIT);
    await one.quotas.look();
    await other.quotas.look();
    const { status } = await quota();
    expect(status).to.deep.include({ used: { volumes: LIMIT, bytes: LIMIT * GiB, snapshots: 0 }, intents: [] });
  });

  it('nor while others are deleted and made again', async () => {
    const [one, other] = pair(controllers());
    const callers = Array.from({ length: 40 }, async (_, caller) => {
      for (let round = 0; round < 8; round += 1) {
        const name = `v${caller % 30}`;
        const deps = (caller + round) % 2 === 0 ? one : other;
        const reason = await tryCreate(deps, name);
        expect(reason).to.be.oneOf([undefined, 'ResourceExhausted', 'Aborted']);
        if (reason === undefined && round % 3 < 2)
          await deleteVolume(received('DeleteVolume', { volumeId: volumeId(name) }), deps, call());
      }
    });
    await Promise.all(callers);
    expect(most).to.be.at.most(LIMIT);
    for (let index = 0; index < CALLERS; index += 1) await tryCreate(index % 2 ? one : other, `w${index}`);
    expect(await test.catalog.volumes.list()).to.have.length(LIMIT);
    expect(most).to.equal(LIMIT);
  });

  it('would make more over a catalog that does not compare', async () => {
    const { quotas } = test.catalog;
    const [one, other] = pair(controllers({ ...test.catalog, quotas: withoutComparing(quotas) }));
    const names = Array.from({ length: CALLERS }, (_, index) => `v${index}`);
    await Promise.all(names.map((name, index) => tryCreate(index % 2 ? one : other, name)));
    expect(most).to.be.above(LIMIT);
  });

  async function tryCreate(deps: ControllerDeps, name: string): Promise<string | undefined> {
    try {
      await createVolume(received('CreateVolume', volumeRequest(name)), deps, call());
      return undefined;
    } catch (error) {
      if (error instanceof VolumeError) return error.reason;
      throw error;
    }
  }

  async function quota(): Promise<Quota> {
    const found = await test.catalog.quotas.find('few');
    if (found === undefined) throw new Error('the quota is gone');
    return found;
  }
});

function pair([one, other]: readonly ControllerDeps[]): [ControllerDeps, ControllerDeps] {
  if (one === undefined || other === undefined) throw new Error('there are two');
  return [one, other];
}

function call() {
  return { signal: AbortSignal.timeout(20_000), deadline: Date.now() + 20_000 };
}

/** What is written last stays, whoever has read what. */
function withoutComparing(quotas: Collection<Quota>): Collection<Quota> {
  return {
    find: (id) => quotas.find(id),
    list: (query) => quotas.list(query),
    create: (...args) => quotas.create(...args),
    update: (...args) => quotas.update(...args),
    updateStatus: async (quota, status) => {
      const present = await quotas.find(quota.id);
      return present === undefined ? quota : await quotas.updateStatus(present, status);
    },
    remove: (quota) => quotas.remove(quota),
    forget: (quota) => quotas.forget(quota),
    durable: () => quotas.durable(),
    watch: (...args) => quotas.watch(...args),
  };
}
