import { expect } from 'chai';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { mountImage } from '../support/xfs.ts';

const MiB = 1024 ** 2;

describe('mounts', () => {
  const host = linuxHost();
  const { files, images, loops, mounts } = host;
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);
  let device = '';

  before(async () => {
    await images.create(at('image'), 32 * MiB);
    await host.run('mkfs.ext4', ['-q', at('image')]);
    for (const name of ['stage', 'target', 'other']) mkdirSync(at(name));
    device = await mountImage(at('image'), {
      target: at('stage'),
      fsType: 'ext4',
      options: ['noatime', 'nodev', 'commit=17'],
    });
  });
  after(() => temporary.cleanUp());

  it('mounts with flags and data', async () => {
    const mount = await mounts.find(at('stage'));
    expect(mount).to.include({ source: device, fsType: 'ext4', readOnly: false, superReadOnly: false, root: '/' });
    expect(mount?.superOptions).to.contain('commit=17');
    expect(readFileSync('/proc/self/mounts', 'utf8')).to.match(new RegExp(`${at('stage')} ext4 rw,nodev,noatime,`));
  });

  it('names what was to be mounted when it fails', async () => {
    writeFileSync(at('garbage'), Buffer.alloc(MiB, 5));
    const refusal = await failureOf(mountImage(at('garbage'), { target: at('other'), fsType: 'ext4' }));
    expect(refusal).to.include({ name: 'HostError', code: 'EINVAL' });
    expect(String(refusal)).to.contain(at('other')).and.contain('ext4').and.contain('dmesg');
    const garbage = await files.stat(at('garbage'));
    expect(await loops.holding({ device: garbage?.device ?? 0, inode: garbage?.inode ?? 0 })).to.deep.equal([]);
  });

  it('binds read-only for one target while the filesystem stays writable', async () => {
    await mounts.bind({ source: at('stage'), target: at('target'), readOnly: true });
    expect(await mounts.find(at('target'))).to.include({ readOnly: true, superReadOnly: false, source: device });
    expect(await failureOf(files.write(join(at('target'), 'file'), ''))).to.include({ code: 'EROFS' });
    await files.write(join(at('stage'), 'file'), 'written');
    expect(await files.read(join(at('target'), 'file'))).to.equal('written');
    await mounts.unmount(at('target'));
  });

  it('binds read-write, with attributes of its own, a single file, a device', async () => {
    await mounts.bind({
      source: at('stage'),
      target: at('target'),
      readOnly: false,
      options: ['noexec', 'strictatime'],
    });
    await files.write(join(at('target'), 'through'), 'x');
    expect(readFileSync('/proc/self/mounts', 'utf8')).to.match(
      new RegExp(`${at('target')} ext4 rw,nodev,noexec,commit=17 `),
    );
    await mounts.unmount(at('target'));

    writeFileSync(at('block'), '');
    await mounts.bind({ source: device, target: at('block'), readOnly: false });
    expect(await files.stat(at('block'))).to.include({ kind: 'block' });
    expect(await mounts.find(at('block'))).to.include({ root: device.replace('/dev', '') });
    await mounts.unmount(at('block'));
    const refusal = await failureOf(
      mounts.bind({ source: at('stage'), target: at('target'), readOnly: false, options: ['commit=3'] }),
    );
    expect(refusal).to.include({ reason: 'InvalidArgument' });
    expect(await mounts.find(at('target'))).to.equal(undefined);
  });

  it('follows no symlink at the end of a target', async () => {
    symlinkSync(at('other'), at('link'));
    const bind = mounts.bind({ source: at('stage'), target: at('link'), readOnly: false });
    expect(await failureOf(bind)).to.include({ code: 'EINVAL' });
    const mount = mounts.mount({ source: 'x', target: at('link'), fsType: 'tmpfs', options: [] });
    expect(await failureOf(mount)).to.include({ code: 'ENOTDIR' });
    expect(await mounts.find(at('other'))).to.equal(undefined);
    await mounts.mount({ source: 'x', target: at('other'), fsType: 'tmpfs', options: [] });
    expect(await failureOf(mounts.unmount(at('link')))).to.include({ code: 'EINVAL' });
    await mounts.unmount(at('other'));
  });

  it('refuses to unmount what is busy or not mounted, unless lazily', async () => {
    expect(await failureOf(mounts.unmount(at('target')))).to.include({ code: 'EINVAL' });
    await mounts.bind({ source: at('stage'), target: at('target'), readOnly: false });
    const user = await open(join(at('target'), 'file'));
    expect(await failureOf(mounts.unmount(at('target')))).to.include({ code: 'EBUSY' });
    await mounts.unmount(at('target'), { lazy: true });
    expect(await mounts.find(at('target'))).to.equal(undefined);
    await user.close();
  });

  it('freezes writers until it thaws', async () => {
    await mounts.freeze(at('stage'));
    expect(await failureOf(mounts.freeze(at('stage')))).to.include({ code: 'EBUSY' });
    let written = false;
    const writing = files.write(join(at('stage'), 'frozen'), 'x').then(() => {
      written = true;
    });
    // Reads go on; by the time they answer, a writer that was not held up would be done.
    for (let round = 0; round < 50; round++) await files.stat(join(at('stage'), 'file'));
    expect(written).to.equal(false);
    await mounts.thaw(at('stage'));
    await mounts.thaw(at('stage'));
    await writing;
    expect(existsSync(join(at('stage'), 'frozen'))).to.equal(true);
  });

  it('never freezes the filesystem that an unmounted target is on', async () => {
    expect(await failureOf(mounts.freeze(at('other')))).to.include({ code: 'EINVAL' });
    mkdirSync(join(at('stage'), 'below'));
    expect(await failureOf(mounts.freeze(join(at('stage'), 'below')))).to.include({ code: 'EINVAL' });
    await mounts.thaw(at('other'));
  });

  it('leaves no device once the filesystem is unmounted', async () => {
    await mounts.unmount(at('stage'));
    expect(await loops.find(device)).to.equal(undefined);
    expect(await temporary.leftovers()).to.deep.equal({ mounts: [], loops: [] });
  });
});
