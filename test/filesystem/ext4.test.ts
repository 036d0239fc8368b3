import { expect } from 'chai';
import { VolumeError } from '../../src/domain/errors.ts';
import { GiB, KiB, MiB } from '../../src/domain/sizes.ts';
import { ext4 } from '../../src/filesystem/ext4.ts';
import type { Filesystem } from '../../src/filesystem/filesystem.ts';
import { blkidUuid, errorOf, growTo, makeBench, type Bench } from './bench.ts';

describe('ext4', () => {
  let bench: Bench;
  let filesystem: Filesystem;

  beforeEach(async () => {
    bench = await makeBench();
    filesystem = ext4(bench.host);
  });
  afterEach(() => bench.dispose());

  it('takes little room when it is new, at every size', async () => {
    for (const [size, most] of [
      [8 * MiB, 256 * KiB],
      [GiB, MiB],
      [100 * GiB, 8 * MiB],
    ] as const) {
      const image = await bench.image(`image-${size}`, size);
      await filesystem.format(image, []);
      expect((await bench.host.files.stat(image))?.allocated).to.be.lessThan(most);
    }
  });

  it('is mounted so that the kernel writes no zeros over the holes of a new image', async () => {
    const image = await bench.image('image', GiB);
    await filesystem.format(image, []);
    const mounted = await bench.mount(image, 'ext4', filesystem.mountOptions({ readOnly: false, discard: true }));
    expect((await bench.host.mounts.find(mounted.target))?.superOptions).to.include.members([
      'noinit_itable',
      'discard',
    ]);
  });

  it('sees the error flag, and the count of errors', async () => {
    const image = await bench.image('image', 16 * MiB);
    await filesystem.format(image, []);
    await bench.host.run('debugfs', ['-w', '-R', 'ssv state 2', image]);
    expect(await filesystem.inspect(image)).to.include({ hasErrors: true });
    await bench.host.run('debugfs', ['-w', '-R', 'ssv state 1', image]);
    expect(await filesystem.inspect(image)).to.include({ hasErrors: false });
    await bench.host.run('debugfs', ['-w', '-R', 'ssv error_count 3', image]);
    expect(await filesystem.inspect(image)).to.include({ hasErrors: true });
  });

  it('gives a new UUID with one block written, which blkid finds and e2fsck accepts', async () => {
    const image = await bench.image('image', GiB);
    await filesystem.format(image, []);
    const old = await blkidUuid(bench.host, image);
    await filesystem.renewIdentity(image);

    const renewed = await blkidUuid(bench.host, image);
    expect(renewed)
      .to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      .and.not.equal(old);
    expect(await filesystem.inspect(image)).to.include({ uuid: renewed });
    expect(await filesystem.check(image)).to.equal('');
  });

  it('renews a filesystem of others that has checksums but no seed for them', async () => {
    const image = await bench.image('image', 64 * MiB);
    await bench.host.run('mkfs.ext4', ['-q', '-F', '-O', 'metadata_csum,^metadata_csum_seed', image]);
    const old = await blkidUuid(bench.host, image);
    await filesystem.renewIdentity(image);
    expect(await blkidUuid(bench.host, image)).to.not.equal(old);
    expect(await filesystem.check(image)).to.equal('');
  });

  it('refuses to renew one without checksums, saying what to do', async () => {
    const image = await bench.image('image', 64 * MiB);
    await bench.host.run('mkfs.ext4', ['-q', '-F', '-O', '^metadata_csum', image]);
    const refusal = await errorOf(filesystem.renewIdentity(image));
    expect(refusal).to.be.instanceOf(VolumeError).with.property('reason', 'FailedPrecondition');
    expect(refusal).to.have.property('message').that.contains('tune2fs -O metadata_csum');
  });

  it('refuses to renew what it is not', async () => {
    const refusal = await errorOf(filesystem.renewIdentity(await bench.image('empty', MiB)));
    expect(refusal).to.be.instanceOf(VolumeError).with.property('reason', 'FailedPrecondition');
  });

  for (const words of [
    '-b 4096 -I 512 -i 8192 -m 5 -L label',
    '-N 4000 -T largefile -J size=16 -E stride=16,stripe_width=64,root_owner=1000:1000',
    '-O dir_index,large_dir,ea_inode,inline_data,fast_commit,^orphan_file',
  ]) {
    it(`makes, mounts and copies a filesystem with ${words}`, async () => {
      const image = await bench.image('image', 300 * MiB);
      await filesystem.format(image, words.split(' '));
      await filesystem.renewIdentity(image);
      const facts = await filesystem.inspect(image);
      if (facts?.size === undefined) throw new Error('no filesystem');
      expect(300 * MiB - facts.size).to.be.lessThan(facts.growthStep);
      await bench.unmount(
        await bench.mount(image, 'ext4', filesystem.mountOptions({ readOnly: false, discard: true })),
      );
      expect(await filesystem.check(image)).to.equal('');
    });
  }

  it('grows from its minimum to 100 GiB', async () => {
    const image = await bench.image('image', filesystem.minimumSize);
    await filesystem.format(image, []);
    await growTo(bench, filesystem, image, 100 * GiB);

    expect(await filesystem.inspect(image)).to.include({ size: 100 * GiB });
    expect(await filesystem.check(image)).to.equal('');
  }).timeout(120_000);
});
