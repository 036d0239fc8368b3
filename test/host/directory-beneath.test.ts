import { expect } from 'chai';
import { mkdirSync, renameSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import type { PinnedDirectory } from '../../src/host/bind-mount.ts';
import { failureOf } from '../support/failure.ts';
import { flipping } from '../support/flip.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { mountImage } from '../support/xfs.ts';

describe('directoryBeneath', () => {
  const host = linuxHost();
  const { files, images, mounts } = host;
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);
  const look = (path: string, root = at('root')) =>
    mounts.directoryBeneath(path, root, (found) => Promise.resolve(found));

  before(() => {
    mkdirSync(at('root/team/data'), { recursive: true });
    mkdirSync(at('outside/data'), { recursive: true });
    mkdirSync(at('root-too'));
    writeFileSync(at('root/file'), '');
    symlinkSync(at('root/team'), at('root/inner'));
    symlinkSync('team', at('root/relative'));
    symlinkSync(at('outside'), at('root/escape'));
    symlinkSync('../outside', at('root/up'));
    symlinkSync('/proc/self/root', at('root/magic'));
    symlinkSync(at('root'), at('alias'));
  });
  after(() => temporary.cleanUp());

  it('gives the open directory, and what a mount of it will show as', async () => {
    const path = at('root/team/data');
    await mounts.directoryBeneath(path, at('root'), async (found: PinnedDirectory) => {
      mkdirSync(at('shown'));
      await mounts.bind({ source: found.path, target: at('shown'), readOnly: false });
      const mount = await mounts.find(at('shown'));
      expect(mount).to.include({ root: found.root, deviceNumber: found.deviceNumber, fsType: found.fsType });
      expect(found.inode).to.equal(statSync(path).ino);
      await mounts.unmount(at('shown'));
      renameSync(at('root/team'), at('root/moved'));
      mkdirSync(path, { recursive: true });
      await files.makeDirectory(join(found.path, 'made'));
    });
    expect(statSync(at('root/moved/data/made')).isDirectory()).to.equal(true);
    expect(await files.list(path)).to.deep.equal([]);
    rmSync(at('root/moved'), { recursive: true });
  });

  it('knows one directory by two mounts', async () => {
    mkdirSync(at('again'));
    await mounts.bind({ source: at('root/team'), target: at('again'), readOnly: false });
    const [one, two] = [await look(at('root/team/data')), await look(at('again/data'), at('again'))];
    expect({ ...one, path: '' }).to.deep.equal({ ...two, path: '' });
    await mounts.unmount(at('again'));
  });

  it('knows names with odd characters', async () => {
    const odd = ['new\nline', 'tab\there', '#hash', '\\134', '\\040 ', 'é😀', '-rf', '..x', 'x'.repeat(255), 'a\'b"c'];
    mkdirSync(at('shown'), { recursive: true });
    for (const name of odd) {
      mkdirSync(join(at('root'), name));
      await mounts.directoryBeneath(join(at('root'), name), at('root'), async (found) => {
        await mounts.bind({ source: found.path, target: at('shown'), readOnly: false });
        expect(await mounts.find(at('shown')), JSON.stringify(name)).to.include({ root: found.root });
        await mounts.unmount(at('shown'));
      });
    }
  });

  it('refuses what is not beneath the root, and paths of the wrong form', async () => {
    const inside = at('root/team');
    const wrong = [
      ...[
        '',
        '.',
        'root/team',
        '/',
        at('root'),
        at('root-too'),
        at('outside'),
        '/etc',
        `${inside}/..`,
        `${inside}/./data`,
      ],
      ...[`${at('root')}/../outside`, `${inside}//data`, `${inside}/`, `${inside}/\0`, `${inside}/${'x'.repeat(256)}`],
    ];
    for (const path of wrong) {
      expect(await failureOf(look(path)), JSON.stringify(path)).to.include({ reason: 'InvalidArgument' });
    }
  });

  it('refuses every symlink, also inside of the root, and what is no directory', async () => {
    for (const name of [
      'inner',
      'inner/data',
      'relative/data',
      'escape',
      'escape/data',
      'up/data',
      'magic',
      'magic/etc',
    ]) {
      const refusal = await failureOf(look(at(`root/${name}`)));
      expect(refusal, name).to.include({ reason: 'FailedPrecondition' });
      expect(String(refusal)).to.match(/symlink/);
    }
    for (const name of ['file', 'file/x']) {
      expect(await failureOf(look(at(`root/${name}`))), name).to.include({ reason: 'FailedPrecondition' });
    }
    expect(await failureOf(look(at('root/none')))).to.include({ reason: 'NotFound' });
    expect(await failureOf(look(at('alias/team'), at('alias')))).to.include({ reason: 'FailedPrecondition' });
    expect(await failureOf(look(at('gone/team'), at('gone')))).to.include({ reason: 'FailedPrecondition' });
  });

  it('is never led out by a component that is swapped', async () => {
    mkdirSync(at('root/flip/data'), { recursive: true });
    const outside = statSync(at('outside/data')).ino;
    const stop = await flipping(at('root/flip'), at('outside'));
    const seen = { inside: 0, refused: 0 };
    for (let round = 0; round < 2000; round++) {
      try {
        const { inode } = await look(at('root/flip/data'));
        expect(inode).not.to.equal(outside);
        seen.inside++;
      } catch (error) {
        if (!(error instanceof Error) || !/VolumeError|HostError/.test(error.name)) throw error;
        seen.refused++;
      }
    }
    await stop();
    expect(seen.inside, JSON.stringify(seen)).to.be.greaterThan(10);
    expect(seen.refused, JSON.stringify(seen)).to.be.greaterThan(10);
  });

  it('knows a directory of a btrfs subvolume, nested or mounted by itself, as a mount of it will show', async () => {
    await images.create(at('image'), 256 * 1024 ** 2);
    await host.run('mkfs.btrfs', ['-q', at('image')]);
    for (const name of ['pool', 'sub', 'shown']) mkdirSync(at(name), { recursive: true });
    const device = await mountImage(at('image'), { target: at('pool'), fsType: 'btrfs' });
    for (const name of ['pool/one', 'pool/one/nested']) await host.run('btrfs', ['subvolume', 'create', at(name)]);
    await mounts.mount({ source: device, target: at('sub'), fsType: 'btrfs', options: ['subvol=one'] });
    mkdirSync(at('sub/nested/data'));
    for (const [path, root] of [
      ['pool/one', 'pool'],
      ['pool/one/nested/data', 'pool'],
      ['sub/nested', 'sub'],
    ] as const) {
      await mounts.directoryBeneath(at(path), at(root), async (found) => {
        await mounts.bind({ source: found.path, target: at('shown'), readOnly: false });
        const mount = await mounts.find(at('shown'));
        expect(mount, path).to.include({ root: found.root, deviceNumber: found.deviceNumber, fsType: 'btrfs' });
        await mounts.unmount(at('shown'));
      });
    }
    const [one, two] = [await look(at('sub/nested'), at('sub')), await look(at('pool/one/nested'), at('pool'))];
    expect({ ...one, path: '' }).to.deep.equal({ ...two, path: '' });
    for (const name of ['sub', 'pool']) await mounts.unmount(at(name));
  });

  it('does not give a directory that was removed', async () => {
    mkdirSync(at('root/short'));
    rmdirSync(at('root/short'));
    expect(await failureOf(look(at('root/short')))).to.include({ reason: 'NotFound' });
  });
});
