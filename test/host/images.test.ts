import { expect } from 'chai';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { mountedXfs, mountImage } from '../support/xfs.ts';

const MiB = 1024 ** 2;

describe('images', () => {
  const host = linuxHost();
  const { files, images } = host;
  const temporary = temporaryDirectory();
  let pool = '';
  const at = (name: string) => join(pool, name);

  before(async () => {
    pool = await mountedXfs(temporary.path);
  });
  after(() => temporary.cleanUp());

  it('creates sparse files and never over another', async () => {
    await images.create(at('sparse'), 10 * 1024 ** 3);
    expect(await files.stat(at('sparse'))).to.include({ size: 10 * 1024 ** 3, allocated: 0 });
    expect(statSync(at('sparse')).mode & 0o777).to.equal(0o600);
    expect(await failureOf(images.create(at('sparse'), 0))).to.include({ code: 'EEXIST' });
    await images.resize(at('sparse'), MiB);
    expect(await files.stat(at('sparse'))).to.include({ size: MiB });
  });

  it('reads and writes blocks, short only at the end', async () => {
    await images.create(at('blocks'), 8192);
    await images.writeBlock(at('blocks'), 4090, Buffer.from('twelve bytes'));
    expect((await images.readBlock(at('blocks'), 4090, 12)).toString()).to.equal('twelve bytes');
    expect(await images.readBlock(at('blocks'), 8000, 4096)).to.have.length(192);
    expect(await images.readBlock(at('blocks'), 9000, 4096)).to.have.length(0);
  });

  it('shares by reflink and keeps the two apart', async () => {
    const data = randomBytes(4 * MiB);
    writeFileSync(at('source'), data);
    const before = await files.usage(pool);
    await images.reflink(at('source'), at('copy'));
    const used = before.freeBytes - (await files.usage(pool)).freeBytes;
    expect(used).to.be.below(MiB);
    await images.writeBlock(at('copy'), 0, Buffer.alloc(4096, 7));
    expect(readFileSync(at('source')).equals(data)).to.equal(true);
    expect(readFileSync(at('copy')).subarray(4096).equals(data.subarray(4096))).to.equal(true);
    expect(await failureOf(images.reflink(at('source'), at('copy')))).to.include({ code: 'EEXIST' });
    expect(await failureOf(images.reflink(at('none'), at('other')))).to.include({ code: 'ENOENT' });
    expect(await files.stat(at('other'))).to.equal(undefined);
  });

  it('knows where reflink works, and leaves no half copy where it does not', async () => {
    expect(await images.canReflink(pool)).to.equal(true);
    const other = join(temporary.path, 'ext4');
    await images.create(join(temporary.path, 'ext4.img'), 32 * MiB);
    await host.run('mkfs.ext4', ['-q', join(temporary.path, 'ext4.img')]);
    await files.makeDirectory(other);
    await mountImage(join(temporary.path, 'ext4.img'), { target: other, fsType: 'ext4' });
    expect(await images.canReflink(other)).to.equal(false);
    expect(await files.list(other)).to.deep.equal(['lost+found']);
    writeFileSync(join(other, 'a'), 'a');
    expect(await failureOf(images.reflink(join(other, 'a'), join(other, 'b')))).to.include({ code: 'EOPNOTSUPP' });
    expect(await failureOf(images.reflink(join(other, 'a'), at('b')))).to.include({ code: 'EXDEV' });
    expect(await files.list(other)).to.deep.equal(['a', 'lost+found']);
    expect(await files.list(pool)).not.to.contain('b');
    // It has no hint for copy-on-write, and that is fine.
    await images.setCowExtentSize(join(other, 'a'), MiB);
    await images.allocate(join(other, 'a'), MiB);
    expect(await files.stat(join(other, 'a'))).to.include({ size: MiB, allocated: MiB });
  });

  it('allocates every byte, and unshares what was shared', async () => {
    await images.create(at('thick'), 8 * MiB);
    await images.allocate(at('thick'), 8 * MiB);
    expect(await files.stat(at('thick'))).to.include({ size: 8 * MiB, allocated: 8 * MiB });

    writeFileSync(at('shared'), randomBytes(4 * MiB));
    await images.reflink(at('shared'), at('unshared'));
    const before = await files.usage(pool);
    await images.allocate(at('unshared'), 8 * MiB);
    await images.sync(at('unshared'));
    expect(before.freeBytes - (await files.usage(pool)).freeBytes).to.be.at.least(8 * MiB);
    expect(
      readFileSync(at('unshared'))
        .subarray(0, 4 * MiB)
        .equals(readFileSync(at('shared'))),
    ).to.equal(true);
  });

  it('hints XFS how to break sharing', async () => {
    await images.create(at('hinted'), MiB);
    await images.setCowExtentSize(at('hinted'), 256 * 1024);
    expect(await host.run('xfs_io', ['-c', 'cowextsize', at('hinted')])).to.contain('[262144]');
    expect(await failureOf(images.setCowExtentSize(at('hinted'), 1000))).to.include({ code: 'EINVAL' });
  });
});
