import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../src/domain/sizes.ts';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { deleteSnapshot } from '../../src/pool/delete-snapshot.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import type { Pool } from '../../src/pool/pool.ts';
import type { VolumeRecord } from '../../src/pool/record.ts';
import { mountVolume } from './mount-volume.ts';
import { failureOf, host, snapshot, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('createVolume from a source', () => {
  let place: PoolPlace;
  let pool: Pool;
  let source: VolumeRecord;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await place.open();
    source = await createVolume(pool, volume('source'));
    const target = await mountVolume(pool, source, join(place.aside, 'source'));
    await writeFile(join(target, 'file'), 'what the source holds');
  });
  afterEach(() => place.cleanUp());

  it('copies a mounted volume with what was written to it a moment ago', async () => {
    const clone = await createVolume(pool, volume('clone', { source: { kind: 'volume', id: source.id } }));
    expect(await pool.filesystems.get('ext4').check(imagePath(pool, clone.id))).to.equal('');
    const target = await mountVolume(pool, clone, join(place.aside, 'clone'));
    expect(await readFile(join(target, 'file'), 'utf8')).to.equal('what the source holds');
  });

  it('copies a snapshot, at a larger size, and lives on without it', async () => {
    const cut = await createSnapshot(pool, snapshot('cut', source.id));
    const size = 128 * MiB;
    const clone = await createVolume(pool, volume('clone', { size, source: { kind: 'snapshot', id: cut.id } }));
    await deleteSnapshot(pool, cut.id, cut.uuid);
    await pool.trash.settled();
    expect((await host.files.stat(imagePath(pool, clone.id)))?.size).to.equal(size);
    const target = await mountVolume(pool, clone, join(place.aside, 'clone'));
    expect(await readFile(join(target, 'file'), 'utf8')).to.equal('what the source holds');
    expect(pool.ledger.promised).to.equal(source.size + size);
  });

  it('gives the copy an identity of its own, so that both can be mounted', async () => {
    const clone = await createVolume(pool, volume('clone', { source: { kind: 'volume', id: source.id } }));
    const ext4 = pool.filesystems.get('ext4');
    const [a, b] = await Promise.all([source, clone].map(({ id }) => ext4.inspect(imagePath(pool, id))));
    expect(a?.uuid).to.be.a('string').that.does.not.equal(b?.uuid);
  });

  it('refuses what does not fit the source, and leaves nothing behind', async () => {
    const from = { kind: 'volume', id: source.id } as const;
    const refusals: [string, string][] = [];
    for (const [name, fields] of Object.entries({
      smaller: { size: 32 * MiB, source: from },
      filesystem: { fsType: 'xfs', size: 300 * MiB, source: from },
      block: { volumeMode: 'Block', source: from },
      gone: { source: { kind: 'volume', id: volume('nobody').id } },
    } as const)) {
      refusals.push([name, (await failureOf(createVolume(pool, volume(name, fields)))).reason]);
      expect(await findVolume(pool, volume(name).id)).to.equal(undefined);
    }
    expect(Object.fromEntries(refusals)).to.deep.equal({
      smaller: 'OutOfRange',
      filesystem: 'InvalidArgument',
      block: 'InvalidArgument',
      gone: 'NotFound',
    });
    expect(pool.ledger.promised).to.equal(source.size);
    expect(await host.files.list(join(place.path, 'staging'))).to.deep.equal([]);
  });

  it('keeps the source until a copy from it is complete', async () => {
    await host.mounts.unmount(join(place.aside, 'source'));
    const clone = createVolume(pool, volume('clone', { source: { kind: 'volume', id: source.id } }));
    await Promise.all([clone, deleteVolume(pool, source.id, source.uuid)]);
    expect(await pool.filesystems.get('ext4').check(imagePath(pool, (await clone).id))).to.equal('');
  });
});
