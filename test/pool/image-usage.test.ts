import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { imagePath } from '../../src/pool/layout.ts';
import { imageUsage } from '../../src/pool/image-usage.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { mountVolume } from './mount-volume.ts';
import { host, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('imageUsage', () => {
  let place: PoolPlace;
  let pool: Pool;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await place.open();
  });
  afterEach(() => place.cleanUp());

  for (const [fsType, size] of [
    ['ext4', 64],
    ['xfs', 300],
    ['btrfs', 128],
  ] as const) {
    it(`finds the mounts of a ${fsType} volume, and no others`, async () => {
      const [record, other] = await Promise.all(
        ['one', 'two'].map((name) => createVolume(pool, volume(name, { fsType, size: size * MiB }))),
      );
      if (record === undefined || other === undefined) throw new Error('no volume');
      const target = await mountVolume(pool, record, join(place.aside, 'one'));
      await mountVolume(pool, other, join(place.aside, 'two'));
      const bound = join(place.aside, 'bound');
      await mkdir(bound);
      await host.mounts.bind({ source: target, target: bound, readOnly: true });

      const { loops, mounts } = await imageUsage(pool, record.id);
      expect(loops.map(({ access }) => access)).to.deep.equal(['writers']);
      expect(mounts.map((mount) => [mount.target, mount.kind, mount.readOnly])).to.have.deep.members([
        [target, 'filesystem', false],
        [bound, 'filesystem', true],
      ]);
      expect(mounts.map(({ device }) => device.path)).to.deep.equal(Array(2).fill(loops[0]?.device.path));
    });
  }

  it('finds the binds of a raw device, and loops of others', async () => {
    const record = await createVolume(pool, volume('block', { volumeMode: 'Block' }));
    const attached = await attachImage(pool, record, { access: 'single-writer', autoclear: false });
    const target = join(place.aside, 'device');
    await writeFile(target, '');
    await host.mounts.bind({ source: attached.device.path, target, readOnly: false });
    const file = imagePath(pool, record.id);
    const foreign = await host.loops.attach({
      file,
      readOnly: true,
      autoclear: true,
      directIo: false,
      label: file.slice(0, 60),
    });

    const { loops, mounts } = await imageUsage(pool, record.id);
    expect(loops.map(({ access }) => access)).to.have.members(['single-writer', 'foreign']);
    expect(mounts).to.have.length(1);
    expect(mounts[0]).to.deep.include({ target, kind: 'block', device: attached.device });
    attached.close();
    foreign.close();
  });

  it('is empty for what nobody uses, and for what is not there', async () => {
    const record = await createVolume(pool, volume('one'));
    expect(await imageUsage(pool, record.id)).to.deep.equal({ loops: [], mounts: [] });
    expect(await imageUsage(pool, volume('nobody').id)).to.deep.equal({ loops: [], mounts: [] });
  });
});
