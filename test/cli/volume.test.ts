import { mkdir, open, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import * as z from 'zod';
import { useDriver } from '../support/use-driver.ts';
import { tomeOn } from './recording-terminal.ts';

const listed = z.array(
  z.looseObject({
    name: z.string(),
    sizeBytes: z.number(),
    usedBytes: z.number(),
    attachedTo: z.array(z.object({ node: z.string(), readOnly: z.boolean(), paths: z.array(z.string()) })),
    tags: z.record(z.string(), z.string()),
  }),
);

describe('tome volume, with a driver', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true });

  const { at } = driver;
  const { run, succeed } = tomeOn(() => driver.socket);

  async function volumes() {
    return listed.parse(JSON.parse((await succeed('volume', 'ls', '-o', 'json')).join('\n')));
  }

  async function volume(name: string) {
    const found = (await volumes()).find((each) => each.name === name);
    if (found === undefined) throw new Error(`no volume ${name}`);
    return found;
  }

  it('has writers in two directories; the volume is given back after the last', async () => {
    await succeed('volume', 'create', 'data', '--size', '64Mi');
    await succeed('volume', 'attach', 'data', at('one'));
    await succeed('volume', 'attach', 'data', at('two'));
    await succeed('volume', 'attach', 'data', at('two'));
    await writeFile(at('one/greeting'), 'hello');
    expect(await readFile(at('two/greeting'), 'utf8')).to.equal('hello');
    expect((await volume('data')).attachedTo).to.deep.equal([
      { node: 'node-1', readOnly: false, paths: [at('one'), at('two')] },
    ]);

    await succeed('volume', 'detach', 'data', at('one'));
    expect((await volume('data')).attachedTo[0]?.paths).to.deep.equal([at('two')]);
    await succeed('volume', 'detach', 'data', at('two'));
    expect((await volume('data')).attachedTo).to.deep.equal([]);
    expect(await succeed('volume', 'detach', 'data')).to.deep.equal(['volume data is not attached']);
    expect(await driver.directory.leftovers())
      .to.have.property('mounts')
      .that.is.deep.equal([driver.poolPath]);
  });

  it('keeps writers out beside a reader, and a reader from writing', async () => {
    await succeed('volume', 'attach', 'data', at('read'), '--read-only');
    expect(await readFile(at('read/greeting'), 'utf8')).to.equal('hello');
    const refused = await writeFile(at('read/greeting'), 'x').catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'EROFS');
    const { code, notes } = await run('volume', 'attach', 'data', at('write'));
    expect(code).to.equal(1);
    expect(notes[0]).to.contain(`attached read-only at ${at('read')}`);
    await succeed('volume', 'detach', 'data');
  });

  it('does not unmount what is in use, and says how to find who does', async () => {
    await succeed('volume', 'attach', 'data', at('busy'));
    const file = await open(at('busy/greeting'));
    try {
      const { code, notes } = await run('volume', 'detach', 'data');
      expect(code).to.equal(1);
      expect(notes.at(-1)).to.equal(`hint: see what uses it: fuser -vm ${at('busy')}, or lsof ${at('busy')}`);
    } finally {
      await file.close();
    }
    expect((await volume('data')).attachedTo[0]?.paths).to.deep.equal([at('busy')]);
    await succeed('volume', 'detach', 'data');
  });

  it('finds the directory behind a symlink, and one that is there already', async () => {
    await mkdir(at('real/empty'), { recursive: true });
    await symlink(at('real'), at('link'));
    await succeed('volume', 'attach', 'data', at('link/empty'));
    expect((await volume('data')).attachedTo[0]?.paths).to.deep.equal([at('real/empty')]);
    await succeed('volume', 'detach', 'data', at('link/empty'));
    expect((await volume('data')).attachedTo).to.deep.equal([]);
  });

  it('is not deleted while it is attached', async () => {
    await succeed('volume', 'attach', 'data', at('kept'));
    const { code, notes } = await run('volume', 'rm', 'data');
    expect(code).to.equal(1);
    expect(notes.at(-1)).to.contain('tome volume detach data');
    expect(await readFile(at('kept/greeting'), 'utf8')).to.equal('hello');
    await succeed('volume', 'detach', 'data');
  });

  it('shows a block volume at a path of its own, not where it is staged, and grows it there', async () => {
    await succeed('volume', 'create', 'disk', '--size', '16Mi', '--block', '--exclusive');
    await succeed('volume', 'attach', 'disk', at('disk'));
    expect((await stat(at('disk'))).isBlockDevice()).to.equal(true);
    expect((await volume('disk')).attachedTo[0]?.paths).to.deep.equal([at('disk')]);
    const { code } = await run('volume', 'attach', 'disk', at('disk-2'));
    expect(code, 'exclusive').to.equal(1);
    expect((await volume('disk')).attachedTo[0]?.paths).to.deep.equal([at('disk')]);

    expect(await succeed('volume', 'expand', 'disk', '32Mi')).to.deep.equal(['volume disk has 32Mi now']);
    expect(await succeed('volume', 'expand', 'disk', '20Mi')).to.deep.equal(['volume disk has 32Mi already']);
    const device = await open(at('disk'));
    expect(await device.read(Buffer.alloc(4096), 0, 4096, 32 * 1024 ** 2 - 4096)).to.include({ bytesRead: 4096 });
    await device.close();
    await succeed('volume', 'detach', 'disk');
  });

  it('makes copies that need not be told what they are copies of', async () => {
    await succeed('snapshot', 'create', 'disk-1', '--volume', 'disk');
    await succeed('volume', 'create', 'disk-copy', '--clone', 'disk');
    await succeed('volume', 'create', 'disk-then', '--from-snapshot', 'disk-1');
    await succeed('volume', 'rm', 'disk');
    expect(await succeed('volume', 'show', 'disk-then'))
      .to.include('mode:         block')
      .and.include('made from:    snapshot disk-1');
    expect((await succeed('volume', 'show', 'disk-copy')).join('\n')).to.match(/made from: {4}volume \(gone\)/);
    expect((await succeed('snapshot', 'ls'))[1]).to.match(/^disk-1 +Ready +\(gone\) +32Mi +0B +20/);
    expect(await succeed('snapshot', 'rm', 'disk-1')).to.deep.equal(['snapshot disk-1 is deleted']);
  });

  it('sets and removes tags', async () => {
    await succeed('volume', 'create', 'tagged', '--size', '16Mi', '--tag', 'team=a', '--tag', 'use=test');
    expect((await volume('tagged')).tags).to.deep.equal({ team: 'a', use: 'test' });
    expect(await succeed('volume', 'tag', 'tagged', 'team=b', 'use-')).to.deep.equal(['volume tagged has team=b']);
  });

  it('finds the same volume when it is made again, and none of another size', async () => {
    const again = await succeed('volume', 'create', 'data', '--size', '64Mi');
    expect(again).to.deep.equal(['volume data exists already: 64Mi, ext4, in pool default']);
    const { code, notes } = await run('volume', 'create', 'data', '--size', '1Gi');
    expect(code).to.equal(1);
    expect(notes.at(-2)).to.contain('choose another name');
  });

  it('takes an id for a name, but makes none', async () => {
    const [, id] = /(vol-\w+)/.exec((await succeed('volume', 'show', 'data')).join('\n')) ?? [];
    expect(await succeed('volume', 'show', id ?? '')).to.include('name:         data');
    expect(await run('volume', 'create', id ?? '', '--size', '16Mi')).to.include({ code: 1 });
  });

  it('says where there is no room, and where to look', async () => {
    const { code, notes } = await run('volume', 'create', 'huge', '--size', '100Gi');
    expect(code).to.equal(1);
    expect(notes.at(-1)).to.equal('hint: see what is left: tome pool ls, tome quota ls');
    expect((await succeed('pool', 'ls'))[1]).to.match(/^default +Ready /);
  });

  it('finds nothing wrong with a healthy volume', async () => {
    await succeed('volume', 'attach', 'data', at('healthy'));
    expect(await succeed('volume', 'health', 'data')).to.deep.equal(['volume data is in good health']);
    await succeed('volume', 'detach', 'data');
  });
});
