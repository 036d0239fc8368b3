import { expect } from 'chai';
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Note } from '../../src/directory/note.ts';
import { ShownDirectories } from '../../src/directory/shown-directories.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

describe('what a node shows of directory volumes', () => {
  const host = linuxHost();
  const id = volumeId('one');
  let temporary: TemporaryDirectory;
  let shown: ShownDirectories;
  const at = (name: string) => join(temporary.path, name);
  const file = () => at(`shown/${id}.json`);

  beforeEach(() => {
    temporary = temporaryDirectory();
    for (const name of ['data', 'other', 'staging', 'target']) mkdirSync(at(name));
    shown = new ShownDirectories(at('shown'), host);
  });
  afterEach(() => temporary.cleanUp());

  async function noteOf(name: string, changes: Partial<Note> = {}): Promise<Note> {
    const { deviceNumber, root, inode } = await host.mounts.placeOf(at('data'));
    const place = { target: at(name), staging: at('staging'), deviceNumber, root, inode };
    return { role: 'staging', access: 'writers', readOnly: false, ...place, ...changes };
  }
  const bind = (name: string, source = 'data') =>
    host.mounts.bind({ source: at(source), target: at(name), readOnly: false });
  const targets = async () => (await shown.of(id)).map(({ target }) => target.replace(`${temporary.path}/`, ''));

  it('is what notes say and the kernel has, neither of them alone', async () => {
    expect(await shown.knows(id)).to.equal(false);
    await bind('target');
    expect(await targets()).to.deep.equal([]);
    await shown.note(id, await noteOf('staging'));
    expect(await targets()).to.deep.equal([]);
    expect(await shown.knows(id)).to.equal(true);
    await bind('staging');
    expect(await targets()).to.deep.equal(['staging']);
    expect([...(await shown.all()).keys()]).to.deep.equal([id]);
    await host.mounts.unmount(at('staging'));
    expect(await targets()).to.deep.equal([]);
    expect((await shown.all()).size).to.equal(0);
  });

  it('is not another directory in the same place, though it is on the same filesystem', async () => {
    await shown.note(id, await noteOf('staging'));
    await bind('staging', 'other');
    expect(await targets()).to.deep.equal([]);
  });

  it('knows its own mount below and above another one', async () => {
    await shown.note(id, await noteOf('staging'));
    await bind('staging');
    await bind('staging', 'other');
    expect(await targets()).to.deep.equal(['staging']);
    expect((await shown.of(id))[0]?.mounts).to.have.length(1);
  });

  it('is the same directory when that was renamed, and when it was removed', async () => {
    await shown.note(id, await noteOf('staging'));
    await bind('staging');
    renameSync(at('data'), at('renamed'));
    expect(await targets()).to.deep.equal(['staging']);
    // Another directory of that name changes nothing.
    mkdirSync(at('data'));
    expect(await targets()).to.deep.equal(['staging']);
    rmdirSync(at('renamed'));
    expect(await targets()).to.deep.equal(['staging']);
  });

  it('keeps several places, replaces a note of the same place, and drops void ones', async () => {
    await shown.note(id, await noteOf('staging'));
    await bind('staging');
    await shown.note(id, await noteOf('target', { role: 'target', readOnly: true }));
    await bind('target');
    expect(await targets()).to.deep.equal(['staging', 'target']);
    await shown.note(id, await noteOf('target', { role: 'target', access: 'reader' }));
    expect((await shown.of(id)).map(({ access }) => access)).to.deep.equal(['writers', 'reader']);

    await host.mounts.unmount(at('target'));
    await shown.tidy(id);
    expect(readFileSync(file(), 'utf8')).not.to.contain(at('target'));
    await host.mounts.unmount(at('staging'));
    await shown.tidy(id);
    expect(existsSync(file())).to.equal(false);
    await shown.tidy(id);
  });

  it('has the file for its owner alone, and makes no path of a foreign id', async () => {
    await shown.note(id, await noteOf('staging'));
    expect(statSync(file()).mode & 0o077).to.equal(0);
    writeFileSync(at('escaped.json'), 'not for us');
    expect(await shown.knows('../escaped')).to.equal(false);
    expect(await shown.of('../escaped')).to.deep.equal([]);
  });

  it('says what to do about a file that cannot be understood', async () => {
    await shown.note(id, await noteOf('staging'));
    writeFileSync(file(), '{"format": 1');
    const refusal = await failureOf(shown.of(id));
    expect(refusal).to.include({ reason: 'DataLoss' });
    expect(String(refusal)).to.contain(file()).and.contain('unmount');
  });
});
