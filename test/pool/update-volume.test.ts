import { expect } from 'chai';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../src/domain/sizes.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import { imageUsage } from '../../src/pool/image-usage.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { updateVolume } from '../../src/pool/update-volume.ts';
import { mountVolume } from './mount-volume.ts';
import { failureOf, host, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('updateVolume', () => {
  let place: PoolPlace;
  let pool: Pool;

  before(async () => {
    place = await xfsPlace();
    pool = await place.open();
  });
  after(() => place.cleanUp());

  it('grows the image, the device that holds it, the record and the promise', async () => {
    const record = await createVolume(pool, volume('grows'));
    await mountVolume(pool, record, join(place.aside, 'grows'));
    const size = 100 * MiB;
    const grown = await updateVolume(pool, record.id, { size });
    expect(grown).to.deep.equal({ ...record, size });
    expect(await findVolume(pool, record.id)).to.deep.equal(grown);
    const [loop] = (await imageUsage(pool, record.id)).loops;
    expect(await host.loops.size(loop?.device.path ?? '')).to.equal(size);
    expect([...pool.ledger.entries()]).to.deep.equal([{ id: record.id, uuid: record.uuid, bytes: size }]);
    expect(await updateVolume(pool, record.id, { size: 8 * MiB })).to.deep.equal(grown);
  });

  it('makes a volume thick, and keeps it so when it grows', async () => {
    const { id } = await createVolume(pool, volume('thick'));
    await updateVolume(pool, id, { provisioning: 'thick' });
    await updateVolume(pool, id, { size: 80 * MiB, exclusive: true });
    expect((await host.files.stat(imagePath(pool, id)))?.allocated).to.be.at.least(80 * MiB);
    expect(await findVolume(pool, id)).to.include({ provisioning: 'thick', size: 80 * MiB, exclusive: true });
  });

  it('lets a volume that becomes thick while it is mounted give no block back', async () => {
    const record = await createVolume(pool, volume('thick in use'));
    const mounted = await mountVolume(pool, record, join(place.aside, 'thick'));
    await updateVolume(pool, record.id, { provisioning: 'thick' });
    const allocated = async () => (await host.files.stat(imagePath(pool, record.id)))?.allocated;
    await writeFile(join(mounted, 'file'), Buffer.alloc(8 * MiB, 1));
    await host.run('sync', ['-f', mounted]);
    await rm(join(mounted, 'file'));
    await host.run('sync', ['-f', mounted]);
    await host.run('fstrim', [mounted]).catch(() => undefined);
    expect(await allocated()).to.be.at.least(record.size);
  });

  it('leaves the volume as it was when there is no room', async () => {
    const record = await createVolume(pool, volume('stays'));
    const { promised } = pool.ledger;
    const failure = await failureOf(updateVolume(pool, record.id, { size: 10_000 * MiB }));
    expect(failure.reason).to.equal('ResourceExhausted');
    expect(await findVolume(pool, record.id)).to.deep.equal(record);
    expect((await host.files.stat(imagePath(pool, record.id)))?.size).to.equal(record.size);
    expect(pool.ledger.promised).to.equal(promised);
  });

  it('takes the growth back when the disk turns out to be full', async () => {
    const record = await createVolume(pool, volume('thick stays', { provisioning: 'thick' }));
    // Somebody else fills the disk behind the pool's back.
    const { availableBytes } = await host.files.usage(place.path);
    await host.images.create(join(place.path, '..', 'foreign'), 0);
    await host.images.allocate(join(place.path, '..', 'foreign'), availableBytes - 8 * MiB);
    const failure = await failureOf(updateVolume(pool, record.id, { size: 128 * MiB }));
    expect(failure.reason).to.equal('ResourceExhausted');
    expect((await host.files.stat(imagePath(pool, record.id)))?.size).to.equal(record.size);
    expect(await findVolume(pool, record.id)).to.deep.equal(record);
  });

  it('does not know what is not there', async () => {
    expect((await failureOf(updateVolume(pool, volume('nobody').id, { exclusive: true }))).reason).to.equal('NotFound');
  });
});
