import { expect } from 'chai';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../src/domain/sizes.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { imagePath } from '../../src/pool/layout.ts';
import type { Pool } from '../../src/pool/pool.ts';
import type { VolumeRecord } from '../../src/pool/record.ts';
import { volumeUse, volumeUses, type VolumeUse } from '../../src/pool/volume-use.ts';
import { mountVolume } from './mount-volume.ts';
import { host, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

const IDLE: VolumeUse = { mounted: false, readOnly: false };
const WRITTEN: VolumeUse = { mounted: true, readOnly: false };
const READ: VolumeUse = { mounted: true, readOnly: true };

describe('how a volume is used', () => {
  let place: PoolPlace;
  let pool: Pool;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await place.open();
  });
  afterEach(() => place.cleanUp());
  const create = (name: string, fields = {}) => createVolume(pool, volume(name, fields));

  /** Both ways to ask must say the same. */
  async function expectUse({ id }: Pick<VolumeRecord, 'id'>, use: VolumeUse): Promise<void> {
    expect(await volumeUse(pool, id)).to.deep.equal(use);
    expect((await volumeUses(pool)).get(id) ?? IDLE).to.deep.equal(use);
  }

  for (const [fsType, size] of [
    ['ext4', 64],
    ['xfs', 300],
    ['btrfs', 128],
  ] as const) {
    it(`is seen in the mounts of ${fsType}`, async () => {
      const [one, two] = [await create('one', { fsType, size: size * MiB }), await create('two')];
      await expectUse(one, IDLE);
      const target = await mountVolume(pool, one, join(place.aside, 'one'));
      await expectUse(one, WRITTEN);
      await expectUse(two, IDLE);
      await host.mounts.unmount(target);
      await expectUse(one, IDLE);
    });
  }

  it('is read-only when the device is, for a block volume as for a filesystem', async () => {
    const record = await create('block', { volumeMode: 'Block', fsType: undefined });
    const reader = await attachImage(pool, record, { access: 'reader', autoclear: false });
    await expectUse(record, IDLE);
    await bind(reader.device.path, 'reader');
    await expectUse(record, READ);
    const writer = await attachImage(pool, record, { access: 'writers', autoclear: false });
    await expectUse(record, READ);
    await bind(writer.device.path, 'writer');
    await expectUse(record, WRITTEN);
    reader.close();
    writer.close();
  });

  it('does not count what others have attached, nor an older volume of the same id', async () => {
    const record = await create('one');
    const others = await host.loops.attach({
      file: imagePath(pool, record.id),
      readOnly: false,
      autoclear: true,
      directIo: true,
      label: 'somebody',
    });
    await mkdir(join(place.aside, 'others'));
    const source = others.device.path;
    await host.mounts.mount({ source, target: join(place.aside, 'others'), fsType: 'ext4', options: [] });
    others.close();
    await expectUse(record, IDLE);
    await host.mounts.unmount(join(place.aside, 'others'));

    await mountVolume(pool, record, join(place.aside, 'one'));
    await host.images.reflink(imagePath(pool, record.id), `${imagePath(pool, record.id)}.new`);
    await host.files.move(`${imagePath(pool, record.id)}.new`, imagePath(pool, record.id));
    await expectUse(record, IDLE);
  });

  it('is nothing for what is not there', async () => {
    expect(await volumeUse(pool, `vol-${'0'.repeat(32)}`)).to.deep.equal(IDLE);
    expect(await volumeUses(pool)).to.deep.equal(new Map());
  });

  async function bind(source: string, name: string): Promise<void> {
    const target = join(place.aside, name);
    await host.images.create(target, 0);
    await host.mounts.bind({ source, target, readOnly: false });
  }
});
