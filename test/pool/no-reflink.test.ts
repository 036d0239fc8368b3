import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { groupId, memberSnapshotId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createGroup } from '../../src/pool/create-group.ts';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { findSnapshot, findVolume } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { mountVolume } from './mount-volume.ts';
import { ext4Place, failureOf, host, snapshot, volume, type PoolPlace } from './open-test-pool.ts';

describe('a pool that cannot reflink', () => {
  let place: PoolPlace;
  let pool: Pool;

  before(async () => {
    place = await ext4Place();
    pool = await place.open();
  });
  after(() => place.cleanUp());
  afterEach(async () => {
    expect(await host.files.list(join(place.path, 'staging'))).to.deep.equal([]);
    expect(await host.files.list(join(place.path, 'freezing'))).to.deep.equal([]);
  });

  it('formats every volume by itself', async () => {
    expect(pool.reflink).to.equal(false);
    const records = await Promise.all(['a', 'b'].map((name) => createVolume(pool, volume(name))));
    const ext4 = pool.filesystems.get('ext4');
    const [a, b] = await Promise.all(records.map(({ id }) => ext4.inspect(imagePath(pool, id))));
    expect(a?.uuid).to.be.a('string').that.does.not.equal(b?.uuid);
    expect(await host.files.list(join(place.path, 'blanks'))).to.deep.equal([]);
  });

  it('copies with progress, sparsely, and grows the copy', async () => {
    const source = await createVolume(pool, volume('source'));
    const target = await mountVolume(pool, source, join(place.aside, 'source'));
    await writeFile(join(target, 'file'), Buffer.alloc(20 * MiB, 'data'));
    await host.mounts.unmount(target);

    const steps: number[] = [];
    const onProgress = (copied: number, total: number) => steps.push(copied / total);
    const cut = await createSnapshot(pool, snapshot('cut', source.id), { onProgress });
    expect(steps.length).to.be.above(2);
    expect(steps).to.deep.equal(steps.toSorted((a, b) => a - b));
    expect(steps.at(-1)).to.equal(1);
    expect(cut.heldBytes).to.be.within(20 * MiB, 40 * MiB);
    expect(pool.ledger.promised).to.be.at.least(source.size + cut.heldBytes);

    const size = 96 * MiB;
    const from = { kind: 'snapshot', id: cut.id } as const;
    const clone = await createVolume(pool, volume('clone', { size, source: from }), { onProgress });
    expect((await host.files.stat(imagePath(pool, clone.id)))?.size).to.equal(size);
    const mounted = await mountVolume(pool, clone, join(place.aside, 'clone'));
    expect((await readFile(join(mounted, 'file'))).subarray(0, 8).toString()).to.equal('datadata');
  });

  it('refuses to copy what is attached read-write, and says why', async () => {
    const source = await createVolume(pool, volume('attached'));
    const writer = await attachImage(pool, source, { access: 'writers', autoclear: true });
    const id = groupId('group');
    const members = [{ sourceVolumeId: source.id, snapshotId: memberSnapshotId(id, source.id), uuid: randomUUID() }];
    for (const attempt of [
      () => createSnapshot(pool, snapshot('refused', source.id)),
      () => createVolume(pool, volume('refused', { source: { kind: 'volume', id: source.id } })),
      () => createGroup(pool, { id, uuid: randomUUID(), name: 'group', members }),
    ]) {
      const failure = await failureOf(attempt());
      expect(failure.reason).to.equal('FailedPrecondition');
      expect(failure.message).to.contain('reflink').and.to.contain(writer.device.path);
    }
    writer.close();
    expect(await findVolume(pool, volume('refused').id)).to.equal(undefined);

    const reader = await attachImage(pool, source, { access: 'reader', autoclear: true });
    const cut = await createSnapshot(pool, snapshot('allowed', source.id));
    reader.close();
    expect(await findSnapshot(pool, cut.id)).to.deep.equal(cut);
    expect(await pool.filesystems.get('ext4').check(imagePath(pool, cut.id))).to.equal('');
  });

  it('does not copy into room that others were promised', async () => {
    const size = 200 * MiB;
    const source = await createVolume(pool, volume('large', { size, volumeMode: 'Block', provisioning: 'thick' }));
    const { promised } = pool.ledger;
    const rest = volume('rest', { size: pool.ledger.available - 100 * MiB, volumeMode: 'Block' });
    await createVolume(pool, { ...rest, size: rest.size - (rest.size % 4096) });
    const started: number[] = [];
    const id = groupId('large');
    const members = [{ sourceVolumeId: source.id, snapshotId: memberSnapshotId(id, source.id), uuid: randomUUID() }];
    for (const attempt of [
      () => createSnapshot(pool, snapshot('too large', source.id), { onProgress: (bytes) => started.push(bytes) }),
      () => createGroup(pool, { id, uuid: randomUUID(), name: 'large', members }),
    ]) {
      const failure = await failureOf(attempt());
      expect(failure.reason).to.equal('ResourceExhausted');
      expect(failure.message).to.contain('left to promise');
    }
    expect(started).to.deep.equal([]);
    await deleteVolume(pool, rest.id, rest.uuid);
    expect(pool.ledger.promised).to.equal(promised);
    await createSnapshot(pool, snapshot('not too large', source.id));
  });

  it('ends a copy whose caller has gone', async () => {
    const source = await createVolume(pool, volume('long', { volumeMode: 'Block', provisioning: 'thick' }));
    await host.images.writeBlock(imagePath(pool, source.id), 0, Buffer.alloc(8 * MiB, 1));
    const leaving = new AbortController();
    const copy = createVolume(
      pool,
      volume('unfinished', { volumeMode: 'Block', source: { kind: 'volume', id: source.id } }),
      {
        signal: leaving.signal,
        onProgress: () => {
          leaving.abort();
        },
      },
    );
    expect((await failureOf(copy)).reason).to.equal('Cancelled');
    expect(await findVolume(pool, volume('unfinished').id)).to.equal(undefined);
  });
});
