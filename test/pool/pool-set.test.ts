import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createVolume } from '../../src/pool/create-volume.ts';
import { PoolSet, type KnownPools } from '../../src/pool/pool-set.ts';
import { failureOf, poolSettings, testDeps, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

const nothingKnown: KnownPools = { uuidOf: () => Promise.resolve(undefined), remember: () => Promise.resolve() };

describe('PoolSet', () => {
  let place: PoolPlace;
  let pools: PoolSet;

  beforeEach(async () => {
    place = await xfsPlace();
  });
  afterEach(async () => {
    await pools.close();
    await place.cleanUp();
  });

  const open = async (names: readonly string[], known = nothingKnown) => {
    const settings = names.map((name) => poolSettings({ name, path: join(place.path, '..', name) }));
    pools = new PoolSet(settings, testDeps(), known);
    await pools.open();
    return pools;
  };

  it('tells two volumes of one id by their uuid, and does not guess', async () => {
    const [a, b] = (await open(['a', 'b'])).all();
    if (a === undefined || b === undefined) throw new Error('a pool is not open');
    const inA = await createVolume(a, volume('twice'));
    const inB = await createVolume(b, volume('twice'));
    const single = await createVolume(b, volume('single'));

    expect(await pools.find(inA.id, inA.uuid)).to.deep.equal({ pool: a, record: inA });
    expect(await pools.find(inA.id, inB.uuid)).to.deep.equal({ pool: b, record: inB });
    for (const uuid of [undefined, randomUUID()]) {
      const { reason, message } = await failureOf(pools.find(inA.id, uuid));
      expect(reason).to.equal('FailedPrecondition');
      expect(message).to.contain(inA.uuid).and.to.contain(inB.uuid);
    }
    expect(await pools.find(single.id)).to.deep.equal({ pool: b, record: single });
    expect(await pools.find(volume('nobody').id)).to.equal(undefined);
  });

  it('lets go of a pool that cannot be remembered', async () => {
    const remember = () => Promise.reject(new Error('the state directory is full'));
    await open(['a'], { ...nothingKnown, remember });
    expect(pools.problems().get('a')).to.contain('full');
    const other = new PoolSet(
      [poolSettings({ name: 'a', path: join(place.path, '..', 'a') })],
      testDeps(),
      nothingKnown,
    );
    await other.open();
    expect(other.all()).to.have.length(1);
    await other.close();
  });
});
