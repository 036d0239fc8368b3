import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { deleteSnapshot } from '../../src/pool/delete-snapshot.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { mountVolume } from './mount-volume.ts';
import { failureOf, host, snapshot, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('deleteVolume', () => {
  const request = volume('one');
  let place: PoolPlace;
  let pool: Pool;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await place.open();
    await createVolume(pool, request);
  });
  afterEach(() => place.cleanUp());

  it('removes the volume and gives its room back', async () => {
    await deleteVolume(pool, request.id, request.uuid);
    expect(await findVolume(pool, request.id)).to.equal(undefined);
    expect(pool.ledger.promised).to.equal(0);
    await pool.trash.settled();
    expect(await readdir(join(place.path, 'trash'))).to.deep.equal([]);
    await deleteVolume(pool, request.id, request.uuid);
  });

  it('takes nothing for gone, and makes nothing, when the disk of the pool is', async () => {
    await host.mounts.unmount(join(place.path, '..'), { lazy: true });
    const cut = snapshot('cut', request.id);
    for (const attempt of [
      () => deleteVolume(pool, request.id, request.uuid),
      () => deleteSnapshot(pool, cut.id, cut.uuid),
      () => createSnapshot(pool, cut),
      () => createVolume(pool, volume('two')),
    ]) {
      expect((await failureOf(attempt())).reason).to.equal('Unavailable');
    }
    expect(await readdir(join(place.path, '..'))).to.deep.equal([]);
  });

  it('keeps a volume of another uuid', async () => {
    await deleteVolume(pool, request.id, volume('other').uuid);
    expect(await findVolume(pool, request.id)).to.deep.include(request);
  });

  it('refuses while the kernel holds the image, and names the holders', async () => {
    const record = await createVolume(pool, request);
    const target = await mountVolume(pool, record, join(place.aside, 'mounted'));
    const failure = await failureOf(deleteVolume(pool, request.id, request.uuid));
    expect(failure.reason).to.equal('FailedPrecondition');
    expect(failure.message).to.contain(target).and.to.contain('/dev/loop');
    expect(await findVolume(pool, request.id)).to.deep.equal(record);

    await host.mounts.unmount(target);
    const attached = await attachImage(pool, record, { access: 'reader', autoclear: true });
    expect((await failureOf(deleteVolume(pool, request.id, request.uuid))).message).to.contain(attached.device.path);
    attached.close();
    await deleteVolume(pool, request.id, request.uuid);
  });
});
