import { expect } from 'chai';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { mountedXfs } from '../support/xfs.ts';

describe('text files', () => {
  const { files } = linuxHost();
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);

  after(() => temporary.cleanUp());

  it('reads a file, nothing where there is none, and files of the kernel', async () => {
    writeFileSync(at('read'), 'räksmörgås\n');
    expect(await files.read(at('read'))).to.equal('räksmörgås\n');
    expect(await files.read(at('none'))).to.equal(undefined);
    writeFileSync(at('empty'), '');
    expect(await files.read(at('empty'))).to.equal('');
    writeFileSync(at('long'), 'x'.repeat(300_000));
    expect(await files.read(at('long'))).to.have.length(300_000);
    expect(await files.read('/proc/self/status')).to.contain('VmRSS');
  });

  it('throws what is wrong, with the path', async () => {
    expect(await failureOf(files.read(temporary.path))).to.include({ code: 'EISDIR' });
    expect(await failureOf(files.write(at('none/file'), ''))).to.include({ name: 'HostError', code: 'ENOENT' });
    expect(String(await failureOf(files.write(at('none/file'), '')))).to.contain(at('none/file'));
  });

  it('writes a shorter text over a longer one', async () => {
    await files.write(at('write'), 'a longer text');
    await files.write(at('write'), 'short');
    expect(readFileSync(at('write'), 'utf8')).to.equal('short');
  });

  it('replaces a file whole and leaves nothing beside it', async () => {
    mkdirSync(at('replace'));
    await files.replace(at('replace/file'), 'first');
    const before = statSync(at('replace/file')).ino;
    await files.replace(at('replace/file'), 'second');
    expect(readFileSync(at('replace/file'), 'utf8')).to.equal('second');
    expect(statSync(at('replace/file')).ino).not.to.equal(before);
    expect(readdirSync(at('replace'))).to.deep.equal(['file']);
  });

  it('moves between directories, and refuses what is not there or not empty', async () => {
    mkdirSync(at('from/full'), { recursive: true });
    mkdirSync(at('to/full'), { recursive: true });
    writeFileSync(at('from/full/file'), '');
    await files.move(at('from/full'), at('to/moved'));
    expect(readdirSync(at('to')).sort()).to.deep.equal(['full', 'moved']);
    expect(await failureOf(files.move(at('from/none'), at('to/none')))).to.include({ code: 'ENOENT' });
    mkdirSync(at('from/empty'));
    expect(await failureOf(files.move(at('from/empty'), at('to/moved')))).to.include({ code: 'ENOTEMPTY' });
  });

  it('sees whether a directory can be written', async () => {
    await Promise.all(Array.from({ length: 20 }, () => files.checkWritable(temporary.path)));
    expect(readdirSync(temporary.path).filter((name) => name.startsWith('.'))).to.deep.equal([]);
    expect(await failureOf(files.checkWritable('/proc'))).to.include({ name: 'HostError' });
  });

  it('calls a full disk ResourceExhausted', async () => {
    const xfs = await mountedXfs(temporary.path, 300 * 1024 ** 2);
    const { availableBytes } = await files.usage(xfs);
    const { images } = linuxHost();
    expect(await failureOf(images.allocate(join(xfs, 'none'), 4096))).to.include({ code: 'ENOENT' });
    await images.create(join(xfs, 'large'), 0);
    const refusal = await failureOf(images.allocate(join(xfs, 'large'), availableBytes + 64 * 1024 ** 2));
    expect(refusal).to.include({ name: 'VolumeError', reason: 'ResourceExhausted' });
  });
});
