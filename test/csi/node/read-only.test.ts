import { expect } from 'chai';
import { open, readFile, writeFile } from 'node:fs/promises';
import { MiB } from '../../../src/domain/sizes.ts';
import { imagePath } from '../../../src/pool/layout.ts';
import { loopLabel } from '../../../src/pool/loop-label.ts';
import type { VolumeRecord } from '../../../src/pool/record.ts';
import { host } from '../../pool/open-test-pool.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

const READER = { mode: 'MULTI_NODE_READER_ONLY' } as const;
const SIZE: Readonly<Record<string, number>> = { ext4: 64 * MiB, xfs: 320 * MiB, btrfs: 128 * MiB };

describe('read-only volumes', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());

  /** The image as it was while mounted and written: its journal is dirty. */
  async function dirty(fsType: string): Promise<VolumeRecord> {
    const fields = { fsType, size: SIZE[fsType] ?? 0 };
    const source = await place.create('source', fields);
    const copy = await place.create('copy', fields);
    await place.stage(source, { staging: place.at('source') });
    const file = await open(place.at('source/file'), 'w');
    await file.writeFile('written');
    await file.sync();
    await file.close();
    await writeFile(place.at('source/unsynced'), 'x');
    const image = imagePath(place.pool, copy.id);
    await host.files.remove(image);
    await host.images.reflink(imagePath(place.pool, source.id), image);
    await place.unstage(source, place.at('source'));
    return copy;
  }

  for (const fsType of ['ext4', 'xfs', 'btrfs']) {
    it(`replays the dirty journal of ${fsType} once, and then writes nothing`, async () => {
      const volume = await dirty(fsType);
      await place.stage(volume, READER);
      await place.publish(volume, READER);
      expect(await readFile(place.at('target/file'), 'utf8')).to.equal('written');
      const refused = await writeFile(place.at('target/file'), 'x').catch((error: unknown) => error);
      expect(refused).to.include({ code: 'EROFS' });
      expect(await place.kernel(volume)).to.deep.equal({ loops: ['reader'], mounts: ['staging', 'target'] });
      expect(await host.files.list(`${place.pool.path}/staging`)).to.deep.equal([]);
      await place.unpublish(volume);
      await place.unstage(volume);

      const before = await checksum(volume);
      await place.stage(volume, READER);
      await place.unstage(volume);
      expect(await checksum(volume)).to.equal(before);
    });
  }

  it('grows a filesystem before it is mounted read-only', async () => {
    for (const fsType of ['ext4', 'xfs']) {
      const volume = await place.create(fsType, { fsType, size: 320 * MiB });
      const larger = { ...volume, size: 512 * MiB };
      await host.images.resize(imagePath(place.pool, volume.id), larger.size);
      await host.files.replace(`${place.pool.path}/volumes/${volume.id}/record.json`, JSON.stringify(larger));
      await place.stage(volume, READER);
      const usage = await host.files.usage(place.at('staging'));
      expect(usage).to.include({ readOnly: true });
      expect(usage.totalBytes).to.be.above(400 * MiB);
      await place.unstage(volume);
    }
  });

  it('ends a replay that died half way, at the next stage, unstage or start', async () => {
    const volume = await place.create('v');
    const target = `${place.pool.path}/staging/replay-${volume.id}`;
    const leave = async () => {
      await host.files.makeDirectory(target);
      const label = loopLabel(place.pool, volume.id, 'single-writer');
      const file = imagePath(place.pool, volume.id);
      const loop = await host.loops.attach({ file, readOnly: false, autoclear: true, directIo: true, label });
      await host.mounts.mount({ source: loop.device.path, target, fsType: 'ext4', options: [] });
      loop.close();
    };
    await leave();
    await place.stage(volume, READER);
    expect(await place.kernel(volume)).to.deep.equal({ loops: ['reader'], mounts: ['staging'] });
    await place.unstage(volume);
    await leave();
    await place.unstage(volume);
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
    await leave();
    await place.restarted();
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
    expect(await host.files.list(`${place.pool.path}/staging`)).to.deep.equal([]);
  });

  async function checksum(volume: VolumeRecord): Promise<string> {
    return (await host.run('sha256sum', [imagePath(place.pool, volume.id)])).slice(0, 64);
  }
});
