import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { VolumeError } from '../../src/domain/errors.ts';
import { GiB, KiB, MiB } from '../../src/domain/sizes.ts';
import type { Filesystem } from '../../src/filesystem/filesystem.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { HostError, isHostError } from '../../src/host/host-error.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { blkidUuid, errorOf, makeBench, mayResizeMounted, type Bench, type Mounted } from './bench.ts';

const WRITABLE = { readOnly: false, discard: true };
const READ_ONLY = { readOnly: true, discard: false };

const COMMON =
  'ro noatime nodiratime relatime strictatime lazytime nosuid nodev noexec nosymfollow sync dirsync discard nodiscard';
const OWN: Readonly<Record<string, string>> = {
  ext4:
    'acl auto_da_alloc commit=30 data=ordered data=journal data=writeback delalloc nodelalloc dioread_lock ' +
    'dioread_nolock errors=remount-ro errors=continue grpid nogrpid i_version inode_readahead_blks=64 ' +
    'journal_checksum max_batch_time=100 min_batch_time=10 noquota stripe=16 user_xattr',
  xfs:
    'allocsize=64k allocsize=1g filestreams inode32 inode64 largeio nolargeio logbsize=256k logbufs=8 noquota ' +
    'swalloc wsync',
  btrfs:
    'acl noacl autodefrag noautodefrag commit=30 compress compress=zstd:3 compress=zlib:9 compress=lzo compress=no ' +
    'compress-force compress-force=zstd datacow nodatacow discard=async discard=sync flushoncommit noflushoncommit ' +
    'max_inline=2048 metadata_ratio=4 space_cache=v2 ssd nossd ssd_spread thread_pool=4 user_subvol_rm_allowed',
};

for (const name of filesystems(linuxHost()).names) {
  describe(`${name} on an image`, () => {
    let bench: Bench;
    let filesystem: Filesystem;

    beforeEach(async () => {
      bench = await makeBench();
      filesystem = filesystems(bench.host).get(name);
    });
    afterEach(() => bench.dispose());

    const formatted = async (file: string, size: number): Promise<string> => {
      const image = await bench.image(file, size);
      await filesystem.format(image, []);
      return image;
    };
    const mount = (image: string): Promise<Mounted> => bench.mount(image, name, filesystem.mountOptions(WRITABLE));
    const write = (mounted: Mounted, text: string): Promise<void> =>
      writeFile(path.join(mounted.target, 'file'), text, { flush: true });
    const read = (mounted: Mounted): Promise<string> => readFile(path.join(mounted.target, 'file'), 'utf8');
    /** A copy taken while its source is mounted and not frozen: its journal is dirty, as after a crash. */
    const dirtyCopy = async (): Promise<string> => {
      const mounted = await mount(await formatted('crashed', 320 * MiB));
      await write(mounted, 'written before the crash');
      return bench.copy(bench.file('crashed'), 'dirty');
    };

    it('says of a fresh filesystem that it is whole, clean and as large as it can be', async () => {
      const image = await formatted('image', 320 * MiB);
      const facts = await filesystem.inspect(image);

      expect(facts).to.include({ size: 320 * MiB, hasErrors: false, uuid: await blkidUuid(bench.host, image) });
      expect(facts?.growthStep).to.be.greaterThan(0);
      expect(await filesystem.check(image)).to.equal('');
    });

    it('finds nothing in an empty image, and nothing in one too short for a superblock', async () => {
      expect(await filesystem.inspect(await bench.image('empty', 16 * MiB))).to.equal(undefined);
      expect(await filesystem.inspect(await bench.image('short', 4096))).to.equal(undefined);
    });

    it('can be made and written at its minimum size, and not below', async () => {
      const mounted = await mount(await formatted('small', filesystem.minimumSize));
      await write(mounted, 'fits');
      await bench.unmount(mounted);
      expect(await filesystem.check(bench.file('small'))).to.equal('');

      const below = await bench.image('below', filesystem.minimumSize - 4096);
      const made = await filesystem.format(below, []).then(
        () => filesystem.inspect(below),
        () => undefined,
      );
      expect(made).to.equal(undefined);
    });

    it('grows while mounted, keeps what is in it, and takes a second call', async () => {
      const mounted = await mount(await formatted('growing', 320 * MiB));
      await write(mounted, 'kept');
      await bench.host.images.resize(bench.file('growing'), 20 * GiB);
      await bench.host.loops.refreshSize(mounted.device);

      if (name === 'ext4' && !(await mayResizeMounted())) {
        const refusal = await errorOf(filesystem.grow(mounted));
        expect(refusal).to.be.instanceOf(VolumeError).with.property('reason', 'FailedPrecondition');
        expect(refusal).to.have.property('message').that.contains('CAP_SYS_RESOURCE');
        return;
      }
      await filesystem.grow(mounted);
      await filesystem.grow(mounted);

      expect((await bench.host.files.usage(mounted.target)).totalBytes).to.be.within(18 * GiB, 20 * GiB);
      expect(await read(mounted)).to.equal('kept');
      await bench.unmount(mounted);
      expect(await filesystem.inspect(bench.file('growing'))).to.include({ size: 20 * GiB, hasErrors: false });
      expect(await filesystem.check(bench.file('growing'))).to.equal('');
    }).timeout(120_000);

    it('grows a copy after a crash to the size of its file, unmounted or mounted, whichever works here', async () => {
      const copy = await dirtyCopy();
      await filesystem.renewIdentity(copy);
      await bench.host.images.resize(copy, 20 * GiB);
      const grown = await filesystem.growImage(copy);
      const mounted = await mount(copy);
      if (!grown) await filesystem.grow(mounted);

      expect((await bench.host.files.usage(mounted.target)).totalBytes).to.be.within(18 * GiB, 20 * GiB);
      expect(await read(mounted)).to.equal('written before the crash');
      await bench.unmount(mounted);
      expect(await filesystem.inspect(copy)).to.include({ size: 20 * GiB, hasErrors: false });
      expect(await filesystem.check(copy)).to.equal('');
    }).timeout(120_000);

    it('gives a copy an identity that lets it be mounted beside its source, each with its own data', async () => {
      const first = await mount(await formatted('source', 320 * MiB));
      await write(first, 'source');
      await bench.unmount(first);
      const clone = await bench.copy(bench.file('source'), 'clone');
      const source = await mount(bench.file('source'));

      await filesystem.renewIdentity(clone);
      expect(await filesystem.check(clone)).to.equal('');
      const secondClone = await bench.copy(clone, 'second');
      await filesystem.renewIdentity(secondClone);
      const beside = await mount(clone);
      const third = await mount(secondClone);
      expect([await read(beside), await read(third)]).to.deep.equal(['source', 'source']);
      await write(beside, 'clone');
      await write(third, 'second clone');

      expect([await read(source), await read(beside), await read(third)]).to.deep.equal([
        'source',
        'clone',
        'second clone',
      ]);
      for (const mounted of [source, beside, third]) await bench.unmount(mounted);
      for (const file of ['source', 'clone', 'second']) {
        expect(await filesystem.check(bench.file(file))).to.equal('');
      }
    });

    it('keeps the new identity and the data of a copy with a dirty journal', async () => {
      const copy = await dirtyCopy();
      await filesystem.renewIdentity(copy);
      const before = await filesystem.inspect(copy);

      const mounted = await mount(copy);
      expect(await read(mounted)).to.equal('written before the crash');
      await bench.unmount(mounted);

      const after = await filesystem.inspect(copy);
      expect(after).to.include({ uuid: before?.uuid, hasErrors: false });
      expect(after?.uuid).to.equal(await blkidUuid(bench.host, copy));
      expect(await filesystem.check(copy)).to.equal('');
    });

    it('never mounts a dirty journal read-only without its replay', async () => {
      const copy = await dirtyCopy();
      await bench.unmount({ device: '', target: `${bench.file('crashed')}.mounted` });

      const refusal = await errorOf(bench.mount(copy, name, filesystem.mountOptions(READ_ONLY), true));
      expect(refusal).to.be.instanceOf(HostError);
      expect(isHostError(refusal, ...filesystem.replayErrors)).to.equal(true);

      await bench.unmount(await mount(copy));
      const reader = await bench.mount(copy, name, filesystem.mountOptions(READ_ONLY), true);
      expect(await read(reader)).to.equal('written before the crash');
      expect(await bench.host.mounts.find(reader.target)).to.include({ readOnly: true, superReadOnly: true });
    });

    it('mounts with every flag that it allows', async () => {
      const image = await formatted('flags', 320 * MiB);
      const options = filesystem.mountOptions({ readOnly: false, discard: false });
      for (const flag of `${COMMON} ${OWN[name] ?? ''}`.split(' ')) {
        filesystem.checkMountFlags([flag]);
        await bench.unmount(await bench.mount(image, name, [...options, flag]));
      }
    });

    it('says what a check finds wrong', async () => {
      const image = await formatted('broken', 320 * MiB);
      // All that could be metadata, but for what lets it be recognised: the superblocks.
      await bench.host.images.writeBlock(image, 4096, Buffer.alloc(28 * KiB, 0xa5));
      await bench.host.images.writeBlock(image, MiB, Buffer.alloc(60 * MiB, 0xa5));

      expect(await filesystem.inspect(image)).to.not.equal(undefined);
      expect(await filesystem.check(image)).to.not.equal('');
    });

    it('refuses options that do not go together as the bad input they are', async () => {
      const words = { ext4: ['-N', '4000000000'], xfs: ['-l', 'size=9999m'], btrfs: ['-d', 'dup', '-n', '65536'] }[
        name
      ];
      const image = await bench.image('refused', name === 'btrfs' ? 120 * MiB : 320 * MiB);
      const refusal = await errorOf(filesystem.format(image, words ?? []));
      expect(refusal).to.be.instanceOf(VolumeError).with.property('reason', 'InvalidArgument');
    });

    it('gives what was deleted back to the pool', async () => {
      const image = await formatted('discarding', 320 * MiB);
      const options = filesystem.mountOptions(WRITABLE);
      expect(options.join()).to.contain('discard');
      // By itself btrfs waits two minutes before it discards.
      const mounted = await bench.mount(image, name, name === 'btrfs' ? [...options, 'discard=sync'] : options);
      const large = path.join(mounted.target, 'large');
      const allocated = async (): Promise<number> => (await bench.host.files.stat(image))?.allocated ?? NaN;
      const before = await allocated();
      await writeFile(large, Buffer.alloc(64 * MiB, 1), { flush: true });
      expect(await allocated()).to.be.greaterThan(before + 60 * MiB);

      await bench.host.files.remove(large);
      // A commit starts the discard; the removal itself may come only after the first one.
      while ((await allocated()) > before + 8 * MiB) {
        await bench.host.run('sync', ['-f', mounted.target]);
        await setTimeout(10);
      }
    });
  });
}
