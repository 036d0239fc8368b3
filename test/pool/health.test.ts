import { expect } from 'chai';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../src/domain/sizes.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { imagePath } from '../../src/pool/layout.ts';
import { poolConditions, volumeHealth } from '../../src/pool/health.ts';
import type { Pool } from '../../src/pool/pool.ts';
import type { VolumeRecord } from '../../src/pool/record.ts';
import { mountVolume } from './mount-volume.ts';
import { host, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('health', () => {
  let place: PoolPlace;
  let pool: Pool;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await place.open();
  });
  afterEach(() => place.cleanUp());

  const seen = async (volume: Pick<VolumeRecord, 'id' | 'uuid'>) =>
    (await volumeHealth(pool, volume)).map(({ status, reason }) => `${status} ${reason}`);
  const conditions = async () => (await poolConditions(pool)).map(({ status, reason }) => `${status} ${reason}`);

  it('finds nothing wrong with volumes that are well, mounted or not', async () => {
    for (const fields of [
      {},
      { fsType: 'xfs', size: 300 * MiB },
      { fsType: 'btrfs', size: 128 * MiB },
      { volumeMode: 'Block' },
    ] as const) {
      const record = await createVolume(pool, volume(JSON.stringify(fields), fields));
      expect(await seen(record)).to.deep.equal([]);
      if (record.volumeMode === 'Block') continue;
      await mountVolume(pool, record, join(place.aside, record.id));
      expect(await seen(record)).to.deep.equal([]);
    }
    expect(await conditions()).to.deep.equal([]);
  });

  it('sees that files are missing, short or odd', async () => {
    const record = await createVolume(pool, volume('one'));
    const image = imagePath(pool, record.id);
    await truncate(image, 8192);
    expect(await seen(record)).to.deep.equal(['DATA_LOSS ImageTruncated']);
    await truncate(image, 0);
    await truncate(image, record.size);
    expect(await seen(record)).to.deep.equal(['DATA_LOSS FilesystemMissing']);
    await rm(image);
    expect(await seen(record)).to.deep.equal(['DATA_LOSS ImageMissing']);
    await writeFile(join(image, '..', 'record.json'), '{');
    expect(await seen(record)).to.deep.equal(['INACCESSIBLE RecordUnreadable']);
    await rm(join(image, '..'), { recursive: true });
    expect(await seen(record)).to.deep.equal(['DATA_LOSS VolumeMissing']);
  });

  it('sees the error flag of a filesystem', async () => {
    const record = await createVolume(pool, volume('one'));
    await host.run('debugfs', ['-w', '-R', 'ssv state 2', imagePath(pool, record.id)]);
    expect(await seen(record)).to.deep.equal(['DEGRADED FilesystemErrors']);
  });

  it('sees a mounted filesystem that turned read-only, and one that shut down', async () => {
    const ext4 = await createVolume(pool, volume('ext4'));
    const mounted = await mountVolume(pool, ext4, join(place.aside, 'ext4'));
    // What errors=remount-ro does: the filesystem is read-only, its mount point is not.
    await host.run('mount', ['-o', 'remount,abort', mounted]).catch(() => undefined);
    await writeFile(join(mounted, 'file'), '').catch(() => undefined);
    expect(await seen(ext4)).to.include('DEGRADED FilesystemReadOnly');

    const xfs = await createVolume(pool, volume('xfs', { fsType: 'xfs', size: 300 * MiB }));
    await host.run('xfs_io', ['-x', '-c', 'shutdown', await mountVolume(pool, xfs, join(place.aside, 'xfs-volume'))]);
    expect(await seen(xfs)).to.include('INACCESSIBLE FilesystemShutDown');
  });

  it('sees a pool that is nearly full, full, read-only, or gone', async () => {
    const { availableBytes } = await host.files.usage(place.path);
    const filler = join(place.path, '..', 'foreign');
    await host.images.create(filler, 0);
    await host.images.allocate(filler, availableBytes - 30 * MiB);
    expect(await conditions()).to.deep.equal(['DEGRADED PoolNearlyFull']);
    await host.images.create(`${filler}.more`, 0);
    await host.images.allocate(`${filler}.more`, 27 * MiB);
    expect(await conditions()).to.deep.equal(['DEGRADED PoolFull']);
    await rm(filler);
    await rm(`${filler}.more`);
    await rm(join(place.path, 'pool.json'));
    expect(await conditions()).to.deep.equal(['UNREACHABLE PoolMissing']);
  });

  it('sees a pool on a filesystem that is read-only or has shut down', async () => {
    const filesystem = join(place.path, '..');
    await pool.close();
    await host.run('mount', ['-o', 'remount,ro', filesystem]);
    expect(await conditions()).to.deep.equal(['DEGRADED PoolReadOnly']);
    await host.run('mount', ['-o', 'remount,rw', filesystem]);
    await host.run('xfs_io', ['-x', '-c', 'shutdown', filesystem]);
    expect(await conditions()).to.deep.equal(['UNREACHABLE PoolUnreadable']);
  });

  it('tells a volume that is out of reach, or was replaced, from one that is lost', async () => {
    const record = await createVolume(pool, volume('one'));
    expect(await seen(volume('nobody'))).to.deep.equal(['DATA_LOSS VolumeMissing']);
    expect(await seen(volume('one'))).to.deep.equal(['DATA_LOSS VolumeReplaced']);
    await host.mounts.unmount(join(place.path, '..'), { lazy: true });
    expect(await seen(record)).to.deep.equal(['INACCESSIBLE PoolMissing']);
  });
});
