import { createHash } from 'node:crypto';
import { chmod, chown, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { execa } from 'execa';
import { VolumeError } from '../../src/domain/errors.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { mountImage } from '../support/xfs.ts';
import { evilTar, type Member } from './evil-tar.ts';
import { importWorld, type ImportWorld } from './import-world.ts';

const host = linuxHost();

describe('an archive that is imported', function () {
  this.timeout(30_000);
  let world: ImportWorld;

  beforeEach(async () => {
    world = importWorld();
    await world.make('tree/below');
    await writeFile(world.at('tree/below/text'), 'hello'.repeat(100_000));
    await writeFile(world.at('outside'), 'untouched');
  });

  afterEach(() => world.cleanUp());

  const pack = (name: string, ...options: readonly string[]) =>
    execa('tar', ['-C', world.at('tree'), '-cf', world.at(name), ...options, '.']);

  for (const [name, ...options] of [
    ['all.tar'],
    ['all.tar.gz', '--gzip'],
    ['all.tar.xz', '--xz'],
    ['all.tar.zst', '--zstd'],
    // What it is tells by its first bytes.
    ['all.tgz', '--xz'],
  ] as const) {
    it(`is unpacked: ${name} made with ${options.join() || 'nothing'}, also from stdin`, async () => {
      await pack(name, ...options);
      await world.fill(name);
      expect(await readFile(world.into('below/text'), 'utf8')).to.have.length(500_000);
      const bytes = await readFile(world.at(name));
      await execa('rm', ['-r', world.at('into')]);
      // In pieces of one byte at first: no part of it comes whole.
      const pieces = [...bytes.subarray(0, 8)].map((byte) => Buffer.from([byte]));
      await world.fill('-', { stdin: Readable.from([...pieces, bytes.subarray(8)], { objectMode: false }) });
      expect(await world.names()).to.deep.equal(['below']);
    });

    it(`is damaged where it was cut off: ${name}`, async () => {
      await pack(name, ...options);
      const bytes = await readFile(world.at(name));
      // Behind what is in it, where tar itself finds nothing missing.
      const isPlain = options.length === 0;
      await writeFile(world.at(name), bytes.subarray(0, isPlain ? 512 * 980 : Math.floor(bytes.length / 2)));
      expect(await failureOf(world.fill(name))).to.be.instanceOf(VolumeError);
      expect(await world.names()).to.include('.tome-import');
    });
  }

  it('is told to be none where it is a text', async () => {
    await writeFile(world.at('text.tar'), 'hello\n'.repeat(400));
    expect(String(await failureOf(world.fill('text.tar')))).to.contain('it is no tar archive');
  });

  it('has the checksum that is asked for, or is not imported', async () => {
    await pack('all.tar.gz', '--gzip');
    const right = createHash('sha256')
      .update(await readFile(world.at('all.tar.gz')))
      .digest('hex');
    const wrong = await failureOf(world.fill('all.tar.gz', { checksum: `sha256:${'0'.repeat(64)}` }));
    expect(wrong).to.include({ reason: 'DataLoss' });
    expect(String(wrong)).to.contain(right);
    expect(await world.names()).to.include('.tome-import');
    await world.fill('all.tar.gz', { checksum: `sha256:${right}` });
    expect(await world.names()).to.deep.equal(['below']);
  });

  it('is not what has no archive in it', async () => {
    for (const content of ['', 'no archive', 'x'.repeat(4096)]) {
      await writeFile(world.at('all.tar'), content);
      expect(await failureOf(world.fill('all.tar')), content.slice(0, 10)).to.be.instanceOf(VolumeError);
    }
  });

  const evil: Readonly<Record<string, (outside: string) => readonly Member[]>> = {
    'a name with ..': () => [{ name: '../outside', type: 'file', content: 'harm' }],
    'a name with .. inside': () => [{ name: 'a/../../outside', type: 'file', content: 'harm' }],
    'an absolute name': (outside) => [{ name: outside, type: 'file', content: 'harm' }],
    'a file through an absolute symlink': (outside) => [
      { name: 'out', type: 'symlink', linkTo: outside.slice(0, outside.lastIndexOf('/')) },
      { name: 'out/outside', type: 'file', content: 'harm' },
    ],
    'a file through a symlink with ..': () => [
      { name: 'out', type: 'symlink', linkTo: '..' },
      { name: 'out/outside', type: 'file', content: 'harm' },
    ],
    'a file through two symlinks': () => [
      { name: 'dir', type: 'directory' },
      { name: 'dir/up', type: 'symlink', linkTo: '..' },
      { name: 'out', type: 'symlink', linkTo: 'dir/up/..' },
      { name: 'out/outside', type: 'file', content: 'harm' },
    ],
    'a file in place of a symlink': (outside) => [
      { name: 'out', type: 'symlink', linkTo: outside },
      { name: 'out', type: 'file', content: 'harm' },
    ],
    'a hard link out, written to': (outside) => [
      { name: 'out', type: 'hardlink', linkTo: outside },
      { name: 'out', type: 'file', content: 'harm' },
    ],
    'a hard link to ..': () => [
      { name: 'out', type: 'hardlink', linkTo: '../outside' },
      { name: 'out', type: 'file', content: 'harm' },
    ],
    'a hard link through a symlink': () => [
      { name: 'up', type: 'symlink', linkTo: '..' },
      { name: 'out', type: 'hardlink', linkTo: 'up/outside' },
      { name: 'out', type: 'file', content: 'harm' },
    ],
    'a directory that takes the place of the workspace': () => [
      { name: '.tome-import', type: 'symlink', linkTo: '..' },
      { name: '.tome-import/outside', type: 'file', content: 'harm' },
    ],
  };
  for (const [what, members] of Object.entries(evil)) {
    it(`does not get out of the directory by ${what}`, async () => {
      const before = await stat(world.at('outside'));
      await writeFile(world.at('evil.tar'), evilTar(members(world.at('outside'))));
      // Refused, or unpacked where it belongs.
      await failureOf(world.fill('evil.tar'));
      expect(await readFile(world.at('outside'), 'utf8')).to.equal('untouched');
      expect(await stat(world.at('outside'))).to.deep.include({ ino: before.ino, nlink: 1, mode: before.mode });
      expect(await failureOf(stat(world.at('into/../harm')))).to.have.property('code', 'ENOENT');
    });
  }

  it('asks for a larger volume where what is in it has no room', async () => {
    await host.images.create(world.at('small.img'), 16 * 1024 ** 2);
    await host.run('mkfs.ext4', ['-q', '-F', world.at('small.img')]);
    await world.make('into');
    await mountImage(world.at('small.img'), { target: world.at('into'), fsType: 'ext4' });
    await writeFile(world.at('tree/large'), Buffer.alloc(64 * 1024 ** 2, 1));
    await pack('all.tgz', '--gzip');
    const error = await failureOf(world.fill('all.tgz'));
    expect(error).to.include({ reason: 'ResourceExhausted' });
    expect(String(error)).to.contain('ask for a larger volume');
  });

  it('is unpacked by who is not root, in a directory that is his to write to and not his own', async () => {
    await pack('all.tar.gz', '--gzip');
    await world.make('into');
    await chown(world.at('into'), 0, 65_532);
    await chmod(world.at('into'), 0o2775);
    for (const place of [world.at(), world.at('all.tar.gz')]) await chmod(place, 0o755);
    const main = path.join(import.meta.dirname, '../../src/main.ts');
    const user = { uid: 65_532, gid: 65_532, env: { HOME: '/tmp' } };
    await execa(process.execPath, [main, 'import', world.at('all.tar.gz'), world.at('into')], user);
    expect(await world.names()).to.deep.equal(['below']);
    expect(await stat(world.into('below/text'))).to.deep.include({ uid: 65_532, size: 500_000 });
    expect(await stat(world.into())).to.include({ uid: 0, mode: 0o42775 });
  });

  it('removes nothing outside when it starts over after one that was evil', async () => {
    await world.make('into/.tome-import');
    await symlink(world.at('tree'), world.into('out'));
    await pack('all.tar');
    await world.fill('all.tar');
    expect(await world.names()).to.deep.equal(['below']);
    expect((await stat(world.at('tree/below/text'))).size).to.equal(500_000);
  });
});
