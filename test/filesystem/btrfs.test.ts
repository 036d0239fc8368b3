import { expect } from 'chai';
import { VolumeError } from '../../src/domain/errors.ts';
import { GiB, MiB } from '../../src/domain/sizes.ts';
import { btrfs } from '../../src/filesystem/btrfs.ts';
import type { Filesystem } from '../../src/filesystem/filesystem.ts';
import { blkidUuid, errorOf, makeBench, type Bench } from './bench.ts';

describe('btrfs', () => {
  let bench: Bench;
  let filesystem: Filesystem;

  beforeEach(async () => {
    bench = await makeBench();
    filesystem = btrfs(bench.host);
  });
  afterEach(() => bench.dispose());

  it('writes the new id into every copy of the superblock', async () => {
    const image = await bench.image('image', 300 * GiB);
    await filesystem.format(image, []);
    await filesystem.renewIdentity(image);
    const dump = await bench.host.run('btrfs', ['inspect-internal', 'dump-super', '-a', image]);
    const uuid = await blkidUuid(bench.host, image);

    expect(dump.match(/^fsid\s.*$/gm)).to.have.length(3);
    expect(dump.match(new RegExp(`^fsid\\s+${uuid}$`, 'gm'))).to.have.length(3);
    expect(dump.match(/\[match\]$/gm)?.length).to.be.greaterThanOrEqual(6);
    expect(dump).to.not.contain("DON'T MATCH");
    expect(await filesystem.inspect(image)).to.include({ uuid });
    expect(await filesystem.check(image)).to.equal('');
  });

  it('keeps the metadata id through copies of copies', async () => {
    const image = await bench.image('image', 120 * MiB);
    await filesystem.format(image, []);
    const original = await blkidUuid(bench.host, image);
    await filesystem.renewIdentity(image);
    await filesystem.renewIdentity(image);
    const dump = await bench.host.run('btrfs', ['inspect-internal', 'dump-super', image]);
    expect(dump).to.match(new RegExp(`^metadata_uuid\\s+${original}$`, 'm'));
    expect(await filesystem.check(image)).to.equal('');
  });

  it('sees the error flag', async () => {
    const image = await bench.image('image', 120 * MiB);
    await filesystem.format(image, []);
    const superblock = await bench.host.images.readBlock(image, 65_536, 4096);
    superblock.writeUInt8(superblock.readUInt8(0x38) | 4, 0x38);
    await bench.host.images.writeBlock(image, 65_536, superblock);
    expect(await filesystem.inspect(image)).to.include({ hasErrors: true });
  });

  for (const words of ['--csum sha256 -n 4096 -m single', '-d dup -n 16384 -L label']) {
    it(`makes, copies and mounts a filesystem with ${words}`, async () => {
      const image = await bench.image('image', 400 * MiB);
      await filesystem.format(image, words.split(' '));
      await filesystem.renewIdentity(image);
      expect(await filesystem.inspect(image)).to.include({ size: 400 * MiB });
      await bench.unmount(
        await bench.mount(image, 'btrfs', filesystem.mountOptions({ readOnly: false, discard: true })),
      );
      expect(await filesystem.check(image)).to.equal('');
    });
  }

  it('refuses to renew one whose checksums it cannot compute, and what it is not', async () => {
    const image = await bench.image('image', 120 * MiB);
    await bench.host.run('mkfs.btrfs', ['-q', '--csum', 'xxhash', image]);
    for (const other of [image, await bench.image('empty', MiB)]) {
      expect(await errorOf(filesystem.renewIdentity(other)))
        .to.be.instanceOf(VolumeError)
        .with.property('reason', 'FailedPrecondition');
    }
  });
});
