import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../src/domain/sizes.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { findVolume, listRecords } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { failureOf, host, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('createVolume', () => {
  let place: PoolPlace;
  let pool: Pool;

  before(async () => {
    place = await xfsPlace();
    pool = await place.open();
  });
  after(() => place.cleanUp());
  afterEach(async () => {
    const { volumes } = await listRecords(pool);
    for (const { id, uuid } of volumes) await deleteVolume(pool, id, uuid);
    await pool.trash.settled();
    expect(pool.ledger.promised).to.equal(0);
    expect(await readdir(join(place.path, 'staging'))).to.deep.equal([]);
    expect(await readdir(join(place.path, 'trash'))).to.deep.equal([]);
  });

  it('makes an ext4 volume with its record', async () => {
    const request = volume('one', { exclusive: true });
    const record = await createVolume(pool, request);
    expect(record).to.deep.include(request);
    expect(await findVolume(pool, request.id)).to.deep.equal(record);
    expect((await listRecords(pool)).volumes).to.deep.equal([record]);
    expect(pool.ledger.promised).to.equal(request.size);
    const facts = await pool.filesystems.get('ext4').inspect(imagePath(pool, request.id));
    expect(facts).to.include({ size: request.size, hasErrors: false });
  });

  it('gives each copy of a blank an identity of its own', async () => {
    const ids = ['one', 'two'].map((name) => volume(name));
    for (const request of ids) await createVolume(pool, request);
    const facts = await Promise.all(ids.map(({ id }) => pool.filesystems.get('ext4').inspect(imagePath(pool, id))));
    expect(facts[0]?.uuid).to.be.a('string').that.does.not.equal(facts[1]?.uuid);
    expect(await pool.filesystems.get('ext4').check(imagePath(pool, ids[0]?.id ?? ''))).to.equal('');
  });

  it('formats once for many of the same kind, also when they come at once', async () => {
    let formatted = 0;
    const counting: typeof host = {
      ...host,
      run: (command, args, options) => {
        formatted += Number(command.startsWith('mkfs'));
        return host.run(command, args, options);
      },
    };
    await pool.close();
    const counted = await place.open({}, counting);
    const requests = Array.from({ length: 20 }, (_, index) => volume(`many ${index}`, { size: 17 * MiB }));
    await Promise.all(requests.map((request) => createVolume(counted, request)));
    expect(formatted).to.equal(1);
    for (const { id, uuid } of requests) await deleteVolume(counted, id, uuid);
    await counted.close();
    pool = await place.open();
  });

  it('makes xfs, btrfs and block volumes', async () => {
    for (const request of [
      volume('xfs', { fsType: 'xfs', size: 300 * MiB }),
      volume('btrfs', { fsType: 'btrfs', size: 128 * MiB }),
    ]) {
      await createVolume(pool, request);
      const facts = await pool.filesystems.get(request.fsType ?? '').inspect(imagePath(pool, request.id));
      expect(facts?.size, request.name).to.equal(request.size);
    }
    const block = volume('block', { volumeMode: 'Block' });
    await createVolume(pool, block);
    expect(await host.files.stat(imagePath(pool, block.id))).to.include({ size: block.size, allocated: 0 });
  });

  it('allocates every byte of a thick volume, blank or copied', async () => {
    const blank = volume('blank', { provisioning: 'thick' });
    const block = volume('block', { provisioning: 'thick', volumeMode: 'Block' });
    const source = { kind: 'volume', id: blank.id } as const;
    const copy = volume('copy', { provisioning: 'thick', size: 96 * MiB, source });
    for (const request of [blank, block, copy]) {
      await createVolume(pool, request);
      const image = await host.files.stat(imagePath(pool, request.id));
      expect(image?.allocated, request.name).to.be.at.least(request.size);
      expect(await extentFlags(imagePath(pool, request.id)), request.name).to.not.contain('shared');
    }
  });

  it('returns the volume of the same uuid, and keeps the one of another', async () => {
    const request = volume('one');
    const record = await createVolume(pool, request);
    expect(await createVolume(pool, request)).to.deep.equal(record);
    const failure = await failureOf(createVolume(pool, volume('one')));
    expect(failure.reason).to.equal('AlreadyExists');
    expect(failure.message).to.contain(request.uuid);
    expect(await findVolume(pool, request.id)).to.deep.equal(record);
    expect(pool.ledger.promised).to.equal(request.size);
  });

  it('makes one volume of many calls at once', async () => {
    const request = volume('one');
    const records = await Promise.all(Array.from({ length: 10 }, () => createVolume(pool, request)));
    expect(new Set(records.map(({ createdAt }) => createdAt)).size).to.equal(1);
    expect(pool.ledger.promised).to.equal(request.size);
  });

  it('refuses more than the pool has, and leaves nothing behind', async () => {
    const size = Math.floor(pool.ledger.capacity / MiB + 1) * MiB;
    const failure = await failureOf(createVolume(pool, volume('huge', { size })));
    expect(failure.reason).to.equal('ResourceExhausted');
    expect(await findVolume(pool, volume('huge').id)).to.equal(undefined);
  });

  it('leaves nothing behind when the filesystem cannot be made', async () => {
    const failure = await failureOf(createVolume(pool, volume('bad', { mkfsOptions: ['-Z'] })));
    expect(failure.reason).to.equal('InvalidArgument');
    expect(pool.ledger.promised).to.equal(0);
  });

  it('gives up waiting for another call on the same volume, and finds its work done later', async () => {
    const gate = Promise.withResolvers<undefined>();
    const request = volume('one');
    const holder = pool.locks.run(request.id, undefined, () => gate.promise);
    const leaving = new AbortController();
    const waiter = failureOf(createVolume(pool, request, { signal: leaving.signal }));
    leaving.abort();
    expect((await waiter).reason).to.equal('Cancelled');
    gate.resolve(undefined);
    await holder;
    expect((await createVolume(pool, request)).uuid).to.equal(request.uuid);
  });

  it('never makes a path of an id that is not of its making', async () => {
    for (const id of ['../../etc', 'vol-1', '', 'pvc-1', `vol-${'0'.repeat(32)}/..`]) {
      expect(await findVolume(pool, id), id).to.equal(undefined);
      await deleteVolume(pool, id, volume('x').uuid);
      const failure = await failureOf(createVolume(pool, { ...volume('x'), id }));
      expect(failure.reason, id).to.equal('InvalidArgument');
    }
  });
});

async function extentFlags(image: string): Promise<string> {
  return host.run('filefrag', ['-v', image]);
}
