import { expect } from 'chai';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../src/domain/sizes.ts';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { deleteSnapshot } from '../../src/pool/delete-snapshot.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { findVolume, listRecords } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { failureOf, host, snapshot, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

const BLOCK = 4096;

describe('a pool that is promised to the brim', () => {
  let place: PoolPlace;
  let pool: Pool;

  beforeEach(async () => {
    place = await xfsPlace(340 * MiB);
    pool = await place.open();
  });
  afterEach(() => place.cleanUp());

  it('keeps every promise when all of it is written, block by block, beside snapshots', async () => {
    const first = await createVolume(pool, volume('first', { volumeMode: 'Block', size: 40 * MiB }));
    await fill(imagePath(pool, first.id), 1, 40 * MiB);
    const cut = await createSnapshot(pool, snapshot('cut', first.id));
    expect(cut.heldBytes).to.be.at.least(40 * MiB);
    const source = { kind: 'snapshot', id: cut.id } as const;
    const clone = await createVolume(pool, volume('clone', { volumeMode: 'Block', size: 48 * MiB, source }));
    const size = Math.floor(pool.ledger.available / BLOCK) * BLOCK;
    const rest = await createVolume(pool, volume('rest', { volumeMode: 'Block', size }));
    expect(pool.ledger.available).to.be.below(BLOCK);

    for (const { id, size: bytes } of [clone, first, rest]) await fill(imagePath(pool, id), 2, bytes);
    expect((await failureOf(createVolume(pool, volume('more')))).reason).to.equal('ResourceExhausted');
    expect((await failureOf(createSnapshot(pool, snapshot('more', first.id)))).reason).to.equal('ResourceExhausted');
    expect((await listRecords(pool)).snapshots).to.deep.equal([cut]);

    // What is deleted can be promised again at once.
    await deleteVolume(pool, rest.id, rest.uuid);
    await createVolume(pool, volume('again', { volumeMode: 'Block', size, provisioning: 'thick' }));
  });

  it('gives blanks up for volumes', async () => {
    const small = await createVolume(pool, volume('small', { size: 16 * MiB }));
    await deleteVolume(pool, small.id, small.uuid);
    const before = pool.ledger.available;
    const size = Math.floor((before + 4096) / BLOCK) * BLOCK;
    expect((await createVolume(pool, volume('large', { volumeMode: 'Block', size }))).size).to.be.above(before);
  });

  it('keeps no blank where all room is promised', async () => {
    const size = Math.floor(pool.ledger.available / BLOCK) * BLOCK;
    await createVolume(pool, volume('all', { size }));
    expect(await host.files.list(join(place.path, 'blanks'))).to.deep.equal([]);
    expect(pool.ledger.isOverdrawn).to.equal(false);
  });

  it('refuses concurrent creations that do not fit together, and leaves nothing of those', async () => {
    const size = Math.floor(pool.ledger.available / 4 / BLOCK) * BLOCK;
    const requests = Array.from({ length: 10 }, (_, index) => volume(`${index}`, { volumeMode: 'Block', size }));
    const outcomes = await Promise.allSettled(requests.map((request) => createVolume(pool, request)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(4);
    const found = await Promise.all(requests.map(({ id }) => findVolume(pool, id)));
    expect(found.filter((record) => record !== undefined)).to.have.length(4);
    expect(pool.ledger.promised).to.equal(4 * size);
  });

  it('counts a snapshot by what it holds, and gives that back', async () => {
    const record = await createVolume(pool, volume('one', { volumeMode: 'Block' }));
    const empty = await createSnapshot(pool, snapshot('empty', record.id));
    expect(empty.heldBytes).to.equal(0);
    await fill(imagePath(pool, record.id), 1, 8 * MiB);
    const cut = await createSnapshot(pool, snapshot('cut', record.id));
    expect(cut.heldBytes).to.be.within(8 * MiB, 9 * MiB);
    expect(pool.ledger.promised).to.equal(record.size + cut.heldBytes);
    await deleteSnapshot(pool, cut.id, cut.uuid);
    expect(pool.ledger.promised).to.equal(record.size);
  });
});

/** Writes every block of an image once, in an order that keeps neighbours apart, on disk every 256 blocks. */
async function fill(image: string, value: number, size: number): Promise<void> {
  const blocks = size / BLOCK;
  const data = Buffer.alloc(BLOCK, value);
  const step = coprimeTo(blocks);
  await using file = await open(image, 'r+');
  for (let written = 0; written < blocks; written++) {
    await file.write(data, 0, BLOCK, ((written * step) % blocks) * BLOCK);
    if (written % 256 === 0) await file.datasync();
  }
  await file.datasync();
}

/** A stride that visits every block once, far from the last. */
function coprimeTo(blocks: number): number {
  const isCoprime = (a: number, b: number): boolean => (b === 0 ? a === 1 : isCoprime(b, a % b));
  let step = Math.floor(blocks * 0.382);
  while (!isCoprime(blocks, step)) step++;
  return step;
}
