import { expect } from 'chai';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';

describe('directories', () => {
  const { files, mounts } = linuxHost();
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);

  after(() => temporary.cleanUp());

  it('makes one with its parents, and again', async () => {
    await files.makeDirectory(at('a/b/c'));
    await files.makeDirectory(at('a/b/c'));
    expect(existsSync(at('a/b/c'))).to.equal(true);
    writeFileSync(at('file'), '');
    expect(await failureOf(files.makeDirectory(at('file/below')))).to.include({ code: 'ENOTDIR' });
  });

  it('lists names, and none where nothing is', async () => {
    expect(await files.list(at('a'))).to.deep.equal(['b']);
    expect(await files.list(at('none'))).to.deep.equal([]);
    expect(await failureOf(files.list(at('file')))).to.include({ code: 'ENOTDIR' });
  });

  it('removes one thing and no more', async () => {
    mkdirSync(at('one/below'), { recursive: true });
    writeFileSync(at('gone'), '');
    symlinkSync(at('one'), at('link'));
    expect(await failureOf(files.remove(at('one')))).to.include({ code: 'ENOTEMPTY' });
    for (const name of ['gone', 'gone', 'link', 'one/below', 'one']) await files.remove(at(name));
    for (const name of ['gone', 'link', 'one']) expect(existsSync(at(name)), name).to.equal(false);
  });

  it('removes a tree without following its symlinks', async () => {
    mkdirSync(at('kept/inside'), { recursive: true });
    writeFileSync(at('kept/file'), 'kept');
    mkdirSync(at('tree/deep/deeper'), { recursive: true });
    writeFileSync(at('tree/deep/file'), '');
    symlinkSync(at('kept'), at('tree/deep/link'));
    await files.removeTree(at('tree'));
    await files.removeTree(at('tree'));
    expect(existsSync(at('tree'))).to.equal(false);
    expect(readdirSync(at('kept')).sort()).to.deep.equal(['file', 'inside']);
  });

  it('removes nothing at all of a tree in which something is mounted', async () => {
    mkdirSync(at('busy/mounted here'), { recursive: true });
    mkdirSync(at('busy/a'));
    await mounts.bind({ source: at('kept'), target: at('busy/mounted here'), readOnly: false });
    const refusal = await failureOf(files.removeTree(at('busy')));
    expect(refusal).to.include({ reason: 'FailedPrecondition' });
    expect(String(refusal)).to.contain('mounted here');
    expect(existsSync(at('busy/a'))).to.equal(true);
    expect(readdirSync(at('kept'))).to.have.length(2);
    await mounts.unmount(at('busy/mounted here'));
    await files.removeTree(at('busy'));
    expect(existsSync(at('busy'))).to.equal(false);
  });

  it('does not cross into a mount that it is led to by another path', async () => {
    mkdirSync(at('real/mounted'), { recursive: true });
    symlinkSync(temporary.path, at('alias'));
    await mounts.bind({ source: at('kept'), target: at('real/mounted'), readOnly: false });
    // The mount table says /real/mounted, so only the kernel can see that this tree has a mount in it.
    expect(await failureOf(files.removeTree(at('alias/real')))).to.include({ code: 'EXDEV' });
    expect(readdirSync(at('kept'))).to.have.length(2);
    await mounts.unmount(at('real/mounted'));
  });
});
