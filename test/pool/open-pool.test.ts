import { expect } from 'chai';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../src/domain/sizes.ts';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { failureOf, host, snapshot, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('openPool', () => {
  let place: PoolPlace;

  beforeEach(async () => {
    place = await xfsPlace();
  });
  afterEach(() => place.cleanUp());

  it('makes a pool once, and finds all of it again', async () => {
    const first = await place.open();
    const record = await createVolume(first, volume('one'));
    const cut = await createSnapshot(first, snapshot('cut', record.id));
    const promised = [...first.ledger.entries()];
    await first.close();

    const second = await place.open({ knownUuid: first.uuid });
    expect(second).to.include({ uuid: first.uuid, reflink: true });
    expect([...second.ledger.entries()]).to.have.deep.members(promised);
    expect(second.ledger.promised).to.equal(record.size + cut.heldBytes);
    expect(await findVolume(second, record.id)).to.deep.equal(record);
  });

  it('keeps a second driver out, and lets it in once the first has closed', async () => {
    const first = await place.open();
    expect((await failureOf(place.open())).reason).to.equal('FailedPrecondition');
    const waiting = place.open({ lockWaitMs: 10_000 });
    await first.close();
    expect((await waiting).uuid).to.equal(first.uuid);
  });

  it('keeps the second one out as long as the first still works on a volume', async () => {
    const first = await place.open();
    const gate = Promise.withResolvers<undefined>();
    const work = first.locks.run(volume('one').id, undefined, () => gate.promise);
    const closing = first.close();
    expect((await failureOf(place.open({ lockWaitMs: 100 }))).reason).to.equal('FailedPrecondition');
    gate.resolve(undefined);
    await Promise.all([work, closing]);
    expect((await place.open()).uuid).to.equal(first.uuid);
  });

  it('lets one of many win that start on a new pool at once', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 5 }, () => place.open()));
    expect(starts.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
  });

  it('never initialises a pool that was known before', async () => {
    const pool = await place.open();
    await pool.close();
    const { uuid } = volume('other');
    expect(await failureOf(place.open({ knownUuid: uuid }))).to.deep.include({ reason: 'FailedPrecondition' });
    await rm(join(place.path, 'pool.json'));
    const failure = await failureOf(place.open({ knownUuid: pool.uuid }));
    expect(failure.reason).to.equal('FailedPrecondition');
    expect(failure.message).to.contain('which this node has had before: mount its disk there');
    expect(await readdir(place.path)).to.not.include('pool.json');
  });

  it('refuses a pool that a newer version made, and one that makes no sense', async () => {
    await mkdir(place.path);
    for (const [text, reason] of [
      ['{"format": 2, "owner": "x"}', 'FailedPrecondition'],
      ['{"format": 1}', 'DataLoss'],
      ['{', 'DataLoss'],
    ]) {
      await writeFile(join(place.path, 'pool.json'), text ?? '');
      expect((await failureOf(place.open())).reason, text).to.equal(reason);
      expect(await readFile(join(place.path, 'pool.json'), 'utf8')).to.equal(text);
    }
  });

  it('starts again where a first start was cut off', async () => {
    await mkdir(place.path);
    await writeFile(join(place.path, 'pool.json'), '');
    const pool = await place.open();
    expect(JSON.parse(await readFile(join(place.path, 'pool.json'), 'utf8'))).to.include({ uuid: pool.uuid });
  });

  it('does not take an emptied pool for a new one', async () => {
    const pool = await place.open();
    await createVolume(pool, volume('one'));
    await pool.close();
    await writeFile(join(place.path, 'pool.json'), '');
    expect((await failureOf(place.open())).reason).to.equal('DataLoss');
  });

  it('empties staging and trash, and keeps what it does not understand', async () => {
    const pool = await place.open();
    const record = await createVolume(pool, volume('one'));
    await pool.close();
    const stray = join(place.path, 'volumes', volume('stray').id);
    const odd = join(place.path, 'snapshots', 'not-ours');
    for (const directory of [
      stray,
      odd,
      join(place.path, 'staging', `${record.id}.half`),
      join(place.path, 'trash', 'old'),
    ]) {
      await mkdir(directory);
      await writeFile(join(directory, 'image'), 'somebody’s data');
    }
    const again = await place.open();
    await again.trash.settled();
    expect(await readdir(join(place.path, 'staging'))).to.deep.equal([]);
    expect(await readdir(join(place.path, 'trash'))).to.deep.equal([]);
    expect(await readFile(join(stray, 'image'), 'utf8')).to.equal('somebody’s data');
    expect(await readFile(join(odd, 'image'), 'utf8')).to.equal('somebody’s data');
    expect([...again.ledger.entries()].map(({ id }) => id)).to.deep.equal([record.id]);
    expect((await failureOf(findVolume(again, volume('stray').id))).reason).to.equal('DataLoss');
    expect((await failureOf(createVolume(again, volume('stray')))).reason).to.equal('DataLoss');
  });

  it('unmounts and removes what was mounted in staging', async () => {
    const pool = await place.open();
    await pool.close();
    const target = join(place.path, 'staging', 'replay');
    await mkdir(target);
    await host.mounts.mount({ source: 'none', target, fsType: 'tmpfs', options: [] });
    const again = await place.open();
    await again.trash.settled();
    expect(await readdir(join(place.path, 'staging'))).to.deep.equal([]);
  });

  it('counts what others have, and what is kept back', async () => {
    const before = await place.open();
    const { capacity } = before.ledger;
    await before.close();
    await host.images.create(join(place.path, '..', 'foreign'), 0);
    await host.images.allocate(join(place.path, '..', 'foreign'), 100 * MiB);
    const after = await place.open({ reserveBytes: 50 * MiB });
    expect(capacity - after.ledger.capacity).to.be.within(149 * MiB, 152 * MiB);
    const twice = await after.close().then(() => place.open({ reserveBytes: 50 * MiB, overcommit: 2 }));
    expect(twice.ledger.capacity).to.be.within(1.99 * after.ledger.capacity, 2.01 * after.ledger.capacity);
  });
});
