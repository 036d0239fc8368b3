import {
  chmod,
  chown,
  link,
  lstat,
  open,
  readFile,
  readlink,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { VolumeError } from '../../src/domain/errors.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import type { Progress } from '../../src/import/source.ts';
import { failureOf } from '../support/failure.ts';
import { mountImage } from '../support/xfs.ts';
import { importWorld, type ImportWorld } from './import-world.ts';

const host = linuxHost();

describe('a directory that is imported', function () {
  this.timeout(30_000);
  let world: ImportWorld;

  beforeEach(async () => {
    world = importWorld();
    await world.make('tree/below/empty');
  });

  afterEach(() => world.cleanUp());

  it('has all that it had: owners, modes, times, links, holes, and nothing else', async () => {
    const at = (name: string) => world.at('tree', name);
    await writeFile(at('below/text'), 'hello');
    await chown(at('below/text'), 1234, 5678);
    await chmod(at('below/text'), 0o4751);
    await utimes(at('below/text'), 1_000_000_000, 1_000_000_000);
    await link(at('below/text'), at('second name'));
    await symlink('below/text', at('link'));
    await symlink('/etc/passwd', at('outwards'));
    await writeFile(at('-rf'), 'no option');
    await writeFile(at('sparse'), '');
    await truncate(at('sparse'), 64 * 1024 ** 2);
    await chmod(world.at('tree'), 0o2770);
    await world.fill('tree');

    expect(await world.names()).to.deep.equal(['-rf', 'below', 'link', 'outwards', 'second name', 'sparse']);
    const text = await stat(world.into('below/text'));
    expect(text).to.include({ uid: 1234, gid: 5678, mode: 0o104751, nlink: 2, mtimeMs: 1_000_000_000_000 });
    expect((await stat(world.into('second name'))).ino).to.equal(text.ino);
    expect(await readlink(world.into('link'))).to.equal('below/text');
    expect(await readlink(world.into('outwards'))).to.equal('/etc/passwd');
    expect(await stat(world.into('sparse'))).to.deep.include({ size: 64 * 1024 ** 2, blocks: 0 });
    expect((await lstat(world.into('below/empty'))).isDirectory()).to.equal(true);
    expect((await stat(world.into())).mode & 0o7777).to.equal(0o2770);
  });

  it('has the ACLs and extended attributes that it had, also from an archive with them', async () => {
    await writeFile(world.at('tree/below/text'), 'hello');
    await execa('setfacl', ['-m', 'u:1234:rwx,g:5678:r', world.at('tree/below/text')]);
    await execa('setfacl', ['-d', '-m', 'u:4321:rx', world.at('tree/below')]);
    for (const name of ['user.note', 'trusted.note', 'security.note'])
      await execa('setfattr', ['-n', name, '-v', `${name} of a file`, world.at('tree/below/text')]);
    await execa('setfattr', ['-n', 'user.root', '-v', 'of the directory itself', world.at('tree')]);
    // A capability, as setcap of cap_net_bind_service has it.
    const capability = '0x0100000200040000000000000000000000000000';
    await writeFile(world.at('tree/program'), '');
    await execa('setfattr', ['-n', 'security.capability', '-v', capability, world.at('tree/program')]);
    const aclsOf = async (place: string) => (await execa('getfacl', ['-R', '-n', '.'], { cwd: place })).stdout;
    const described = async (place: string) => {
      const { stdout } = await execa('getfattr', ['-R', '-d', '-m', '-', '-e', 'hex', '.'], { cwd: place });
      // But for the import's own, that it has finished.
      return `${await aclsOf(place)}\n${stdout.replace(/^user\.tome\.imported=.*\n?/gm, '')}`;
    };
    const wanted = await described(world.at('tree'));
    for (const told of [
      'user:1234:rwx',
      'default:user:4321:r-x',
      'user.note=',
      'trusted.note=',
      'user.root=',
      capability,
    ])
      expect(wanted).to.contain(told);

    await execa('tar', [
      '-C',
      world.at('tree'),
      '--xattrs',
      '--xattrs-include=*',
      '--acls',
      '-cf',
      world.at('all.tar'),
      '.',
    ]);
    for (const source of ['tree', 'all.tar']) {
      await world.fill(source);
      expect(await described(world.into()), source).to.equal(wanted);
      await execa('rm', ['-r', world.at('into')]);
    }
    await execa('tar', ['-C', world.at('tree'), '--acls', '-cf', world.at('acls.tar'), '.']);
    await world.fill('acls.tar');
    expect(await aclsOf(world.into())).to.equal(await aclsOf(world.at('tree')));
  });

  it('can be one file, under the name that was given, also through a link', async () => {
    await writeFile(world.at('model-3.bin'), 'weights');
    await symlink('model-3.bin', world.at('model.bin'));
    await world.fill('model.bin');
    expect(await world.names()).to.deep.equal(['model.bin']);
    expect((await lstat(world.into('model.bin'))).isFile()).to.equal(true);
    expect(await readFile(world.into('model.bin'), 'utf8')).to.equal('weights');
  });

  it('says how far it is, up to all of it', async () => {
    await writeFile(world.at('tree/large'), Buffer.alloc(8 * 1024 ** 2, 1));
    const told: Progress[] = [];
    await world.fill('tree', { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)?.totalBytes).to.be.within(8 * 1024 ** 2, 9 * 1024 ** 2);
    expect(told.at(-1)?.doneBytes).to.equal(told.at(-1)?.totalBytes);
    expect(told.map(({ doneBytes }) => doneBytes)).to.deep.equal(
      told.map(({ doneBytes }) => doneBytes).sort((a, b) => a - b),
    );
  });

  it('is not copied into itself', async () => {
    const error = await failureOf(world.fill('.'));
    expect(error).to.be.instanceOf(VolumeError).and.have.property('reason', 'InvalidArgument');
  });

  it('is refused before anything of it is written where it has no room', async () => {
    await host.images.create(world.at('small.img'), 16 * 1024 ** 2);
    await host.run('mkfs.ext4', ['-q', '-F', world.at('small.img')]);
    await world.make('into');
    await mountImage(world.at('small.img'), { target: world.at('into'), fsType: 'ext4' });
    await writeFile(world.at('tree/large'), Buffer.alloc(20 * 1024 ** 2, 1));
    const error = await failureOf(world.fill('tree'));
    expect(error).to.be.instanceOf(VolumeError).and.have.property('reason', 'ResourceExhausted');
    expect(String(error)).to.contain('ask for a larger volume');
    expect(await world.names()).to.deep.equal(['.tome-import', 'lost+found']);
  });

  it('starts over where an attempt was cut short, and does nothing where one has finished', async () => {
    await writeFile(world.at('tree/one'), '1');
    await world.make('into/.tome-import');
    await writeFile(world.into('half'), 'of an attempt');
    await world.fill('tree');
    expect(await world.names()).to.deep.equal(['below', 'one']);
    await writeFile(world.into('one'), 'used since');
    await world.fill('tree');
    expect(await readFile(world.into('one'), 'utf8')).to.equal('used since');
  });

  it('is not taken for finished where something else is in the directory, and nothing of that is changed', async () => {
    await writeFile(world.at('tree/one'), '1');
    await world.make('into');
    await writeFile(world.into('other'), 'of somebody');
    const refusal = await failureOf(world.fill('tree'));
    expect(refusal).to.include({ reason: 'FailedPrecondition' });
    expect(String(refusal)).to.contain('has other in it, and no import has been begun there');
    expect(await world.names()).to.deep.equal(['other']);
  });

  it('is imported by one process at a time', async () => {
    await world.make('into/.tome-import');
    await writeFile(world.into('.tome-import/lock'), '');
    const other = await host.files.lock(world.into('.tome-import/lock'), 0);
    expect(String(await failureOf(world.fill('tree')))).to.contain('is being filled by another process');
    other.release();
    await world.fill('tree');
    expect(await world.names()).to.deep.equal(['below']);
  });

  it('ends soon when it is interrupted, with no process left in the directory', async () => {
    const file = await open(world.at('tree/endless'), 'w');
    await file.write(Buffer.alloc(256 * 1024 ** 2, 1));
    await file.close();
    const interrupt = new AbortController();
    const onProgress = ({ doneBytes }: Progress) => {
      if (doneBytes > 1024 ** 2) interrupt.abort();
    };
    const error = await failureOf(world.fill('tree', { signal: interrupt.signal, onProgress }));
    expect(error).to.be.instanceOf(VolumeError).and.have.property('reason', 'Cancelled');
    expect((await stat(world.into('endless'))).size).to.be.lessThan(256 * 1024 ** 2);
    await world.fill('tree', { onProgress: () => undefined });
    expect((await stat(world.into('endless'))).size).to.equal(256 * 1024 ** 2);
  });
});
