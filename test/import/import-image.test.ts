import { readFile, readlink, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { execa } from 'execa';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { evilTar, type Member } from './evil-tar.ts';
import { digestOf, imageRegistry, type ImageRegistry } from './image-registry.ts';
import { importWorld, type ImportWorld } from './import-world.ts';

const { mounts } = linuxHost();
const file = (name: string, content: string): Member => ({ name, type: 'file', content });
const directory = (name: string): Member => ({ name, type: 'directory' });
const link = (name: string, linkTo: string): Member => ({ name, type: 'symlink', linkTo });
const layer = (...members: readonly Member[]) => ({ bytes: gzipSync(evilTar(members)) });

describe('an image that is imported', function () {
  this.timeout(30_000);
  let world: ImportWorld;
  let registry: ImageRegistry;

  beforeEach(async () => {
    world = importWorld();
    await world.make('into');
    // As the driver mounts a volume that is filled.
    await mounts.mount({ source: 'tmpfs', target: world.into(), fsType: 'tmpfs', options: ['nosymfollow'] });
    registry = await imageRegistry();
  });

  afterEach(async () => {
    await registry.close();
    await mounts.unmount(world.into()).catch(() => undefined);
    await world.cleanUp();
  });

  const image = (reference = ':one') => `oci+http://${registry.host}/team/app${reference}`;
  const read = (...names: readonly string[]) => readFile(world.into(...names), 'utf8');
  const isThere = (...names: readonly string[]) =>
    stat(world.into(...names)).then(
      () => true,
      () => false,
    );

  it('has the files of all layers, the upper ones over the lower ones, however they are packed', async () => {
    const lower = evilTar([
      ...[directory('etc/'), file('etc/kept', 'lower'), file('etc/changed', 'lower'), file('was-file', 'x')],
      ...[
        directory('was-directory/'),
        file('was-directory/below', 'x'),
        directory('both/'),
        file('both/lower', 'x'),
        link('was-link', 'etc'),
      ],
    ]);
    const upper = layer(
      ...[directory('./'), file('.tome-import', 'x'), directory('both/'), file('both/upper', 'x')],
      file('etc/changed', 'upper'),
      directory('was-file/'),
      file('was-file/now', 'directory'),
      file('was-directory', 'file'),
    );
    const top = evilTar([directory('was-link/'), file('was-link/own', 'here')]);
    const progress: number[] = [];
    registry.push('one', [
      { bytes: lower, mediaType: 'application/vnd.oci.image.layer.v1.tar' },
      upper,
      { bytes: zstdCompressSync(top), mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' },
    ]);
    await world.fill(image(), {
      onProgress: ({ doneBytes, totalBytes = 0 }) => progress.push(doneBytes / totalBytes),
    });
    expect(await world.names()).to.deep.equal(['both', 'etc', 'was-directory', 'was-file', 'was-link']);
    expect(await isThere('both/lower')).to.equal(true);
    expect(await isThere('both/upper')).to.equal(true);
    expect(await read('etc/kept')).to.equal('lower');
    expect(await read('etc/changed')).to.equal('upper');
    expect(await read('was-file/now')).to.equal('directory');
    expect(await read('was-directory')).to.equal('file');
    expect(await read('was-link/own')).to.equal('here');
    expect(await isThere('etc/own')).to.equal(false);
    expect(progress.at(-1)).to.equal(1);
    expect(progress).to.deep.equal([...progress].sort((a, b) => a - b));
  });

  it('has nothing of what an upper layer removes', async () => {
    const lower = layer(
      ...[directory('a/'), file('a/gone', 'x'), file('a/stays', 'x'), directory('b/'), file('b/old', 'x')],
      ...[directory('c/'), directory('c/deep/'), file('c/deep/down', 'x'), file('linked', 'still here')],
      { name: 'c/other-name', type: 'hardlink', linkTo: 'linked' },
    );
    const upper = layer(
      ...[file('a/.wh.gone', ''), directory('b/'), file('b/.wh..wh..opq', ''), file('b/new', 'new')],
      ...[file('.wh..wh.aufs', ''), file('.wh.linked', ''), file('c/.wh.deep', ''), file('.wh..tome-import', '')],
    );
    const again = layer(file('a/gone', 'again'));
    registry.push('one', [lower, upper, again]);
    await world.fill(image());
    expect(await world.names()).to.deep.equal(['a', 'b', 'c']);
    expect(await read('a/gone')).to.equal('again');
    expect(await read('a/stays')).to.equal('x');
    expect(await isThere('b/old')).to.equal(false);
    expect(await read('b/new')).to.equal('new');
    expect(await isThere('c/deep')).to.equal(false);
    expect(await read('c/other-name')).to.equal('still here');
  });

  it('is unpacked by another user than root, also where its directories cannot be written to', async () => {
    await world.make('image');
    const closed = (name: string): Member => ({ ...directory(name), mode: 0o555 });
    const lower = layer(
      closed('ro/'),
      closed('ro/deep/'),
      file('ro/deep/lower', 'x'),
      file('ro/gone', 'x'),
      closed('new/'),
    );
    const upper = layer(file('ro/deep/upper', 'x'), file('ro/.wh.gone', ''), { ...directory('new/'), mode: 0o711 });
    registry.push('one', [lower, upper, layer(file('new/file', 'x'))]);
    const { uid, gid } = { uid: 65532, gid: 65532 };
    await execa('chmod', ['-R', 'o+rX', world.at()]);
    await execa('chown', [`${uid}:${gid}`, world.at('image')]);
    const main = path.join(import.meta.dirname, '../../src/main.ts');
    await execa(process.execPath, [main, 'import', image(), world.at('image')], { uid, gid, env: { HOME: '/tmp' } });
    expect(await isThere('../image/ro/gone')).to.equal(false);
    expect(await read('../image/ro/deep/upper')).to.equal('x');
    expect(await read('../image/new/file')).to.equal('x');
    const modes = await Promise.all(
      ['ro', 'ro/deep', 'new'].map(async (name) => (await stat(world.at('image', name))).mode & 0o777),
    );
    expect(modes).to.deep.equal([0o555, 0o555, 0o711]);
  });

  it('keeps owners, modes, and what programs may do', async () => {
    await world.make('tree');
    await writeFile(world.at('tree/ping'), 'program');
    await execa('chown', ['12:34', world.at('tree/ping')]);
    await execa('chmod', ['4751', world.at('tree/ping')]);
    await execa('setfattr', ['-n', 'user.note', '-v', '0sgf8A/g==', world.at('tree/ping')]);
    await execa('tar', ['-C', world.at('tree'), '--xattrs', '-czf', world.at('layer.tgz'), '.']);
    registry.push('one', [{ bytes: await readFile(world.at('layer.tgz')) }]);
    await world.fill(image());
    const { uid, gid, mode } = await stat(world.into('ping'));
    expect([uid, gid, mode & 0o7777]).to.deep.equal([12, 34, 0o4751]);
    const { stdout } = await execa('getfattr', ['-n', 'user.note', '-e', 'base64', world.into('ping')]);
    expect(stdout).to.contain('0sgf8A/g==');
  });

  it('is the one for this processor, or is refused with those that there are', async () => {
    const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch;
    const mine = registry.push('mine', [layer(file('mine', 'x'))]);
    const other = registry.push('other', [layer(file('other', 'x'))]);
    registry.pushIndex('one', [
      { digest: other, architecture: 's390x' },
      { digest: mine, architecture },
    ]);
    await world.fill(image());
    expect(await world.names()).to.deep.equal(['mine']);

    registry.pushIndex('two', [
      { digest: other, architecture: 's390x' },
      { digest: other, architecture: 'mips' },
    ]);
    await execa('rm', [world.into('mine')]);
    const refusal = await failureOf(world.fill(image(':two')));
    expect(String(refusal)).to.contain('but for linux/s390x, linux/mips: name one of them by its digest');
    await world.fill(image(`@${other}`));
    expect(await world.names()).to.deep.equal(['other']);
  });

  for (const isBasic of [false, true]) {
    it(`is read with an account that ${isBasic ? 'the registry' : 'a service of the registry'} takes`, async () => {
      Object.assign(registry, { account: 'me:secret', isBasic });
      registry.push('one', [layer(file('kept', 'x'))]);
      const refusal = await failureOf(world.fill(image()));
      expect(String(refusal)).to.contain('401').and.to.contain('credentials');
      const wrong = { username: 'me', password: 'guessed' };
      expect(String(await failureOf(world.fill(image(), { credentials: wrong })))).not.to.contain('guessed');
      await world.fill(image(), { credentials: { username: 'me', password: 'secret' } });
      expect(await world.names()).to.deep.equal(['kept']);
    });
  }

  it('gives an account to nobody over a connection that everybody can read, where its registry has a safe one', async () => {
    Object.assign(registry, { account: 'me:secret', realm: 'ftp://elsewhere/token' });
    registry.push('one', [layer()]);
    const refusal = await failureOf(world.fill(image(), { credentials: { username: 'me', password: 'secret' } }));
    expect(refusal).to.include({ reason: 'FailedPrecondition' });
    expect(String(refusal)).to.contain('who gives access');
  });

  it('is no volume when a layer or the image is not what its digest says, or is missing', async () => {
    const whole = layer(file('a', 'x'));
    const digest = registry.push('one', [whole]);
    registry.stored.set(digestOf(whole.bytes), layer(file('a', 'changed')).bytes);
    expect(await failureOf(world.fill(image()))).to.include({ reason: 'DataLoss' });
    expect(await world.names()).to.deep.equal(['.tome-import']);
    registry.stored.set(digest, Buffer.from('{"layers":[]}'));
    expect(await failureOf(world.fill(image(`@${digest}`)))).to.include({ reason: 'DataLoss' });
    registry.stored.delete(digestOf(whole.bytes));
    registry.push('two', [layer(file('b', 'x')), { bytes: Buffer.from('no archive') }]);
    expect(await failureOf(world.fill(image(':two')))).to.include({ reason: 'DataLoss' });
    expect(await failureOf(world.fill(image(':three')))).to.include({ reason: 'NotFound' });
    registry.push('chart', [{ bytes: Buffer.from('{}'), mediaType: 'application/json' }]);
    expect(String(await failureOf(world.fill(image(':chart'))))).to.contain('no archive, but application/json');
    // Nothing of them stays in what is imported then.
    registry.push('one', [whole]);
    await world.fill(image());
    expect(await world.names()).to.deep.equal(['a']);
  });

  it('writes nowhere else, whatever its layers make of links', async () => {
    await writeFile(world.at('outside'), 'untouched');
    for (const member of [file('out/outside', 'changed'), file('out/.wh.outside', ''), file('../../outside', 'x')]) {
      registry.push('one', [layer(link('out', world.at())), layer(member)]);
      await failureOf(world.fill(image())).catch(() => undefined);
      expect(await readFile(world.at('outside'), 'utf8')).to.equal('untouched');
    }
    expect(await readlink(world.into('out'))).to.equal(world.at());
  });

  it('is refused by root in a directory where links are followed, since there they would lead out', async () => {
    registry.push('one', [layer(file('a', 'x'))]);
    await mounts.unmount(world.into());
    expect(String(await failureOf(world.fill(image())))).to.contain('nosymfollow');
  });
});
