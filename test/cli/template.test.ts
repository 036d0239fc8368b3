import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import * as z from 'zod';
import { useDriver } from '../support/use-driver.ts';
import { tomeOn } from './recording-terminal.ts';

const templates = z.array(z.looseObject({ name: z.string(), converted: z.boolean(), clones: z.array(z.string()) }));

describe('tome template, with a driver', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true });

  before(async () => {
    await succeed('volume', 'create', 'base', '--size', '16Mi');
    await succeed('volume', 'attach', 'base', at('base'));
    await writeFile(at('base/said'), 'golden');
  });

  const { at } = driver;
  const { run, succeed } = tomeOn(() => driver.socket);
  const list = async () => templates.parse(JSON.parse((await succeed('template', 'ls', '-o', 'json')).join('\n')));
  const said = async (volume: string) => {
    await succeed('volume', 'attach', volume, at(volume));
    const text = await readFile(at(`${volume}/said`), 'utf8');
    await succeed('volume', 'detach', volume);
    return text;
  };

  it('makes one of a volume in use, and volumes of that, also larger ones', async () => {
    expect(await succeed('template', 'create', 'gold', '--volume', 'base')).to.deep.equal(['template gold is ready']);
    await writeFile(at('base/said'), 'changed');
    await succeed('volume', 'create', 'one', '--template', 'gold', '--size', '32Mi');
    expect(await said('one')).to.equal('golden');
    expect((await succeed('volume', 'show', 'one')).join('\n')).to.match(/made from: +template gold/);
    const small = await run('volume', 'create', 'small', '--template', 'gold', '--size', '8Mi');
    expect(small.code).to.equal(1);
    expect((await list())[0]).to.deep.include({ name: 'gold', clones: ['one'] });
    expect((await succeed('snapshot', 'ls', '-o', 'json')).join('')).to.equal('[]');
  });

  it('makes one of a snapshot', async () => {
    await succeed('snapshot', 'create', 'then', '--volume', 'base');
    await writeFile(at('base/said'), 'later');
    await succeed('template', 'create', 'silver', '--snapshot', 'then', '--tag', 'use=test');
    const other = await run('snapshot', 'create', 'then', '--volume', 'one');
    expect(other.notes[0]).to.contain('exists, but of volume base: choose another name');
    await succeed('snapshot', 'rm', 'then');
    expect((await succeed('template', 'show', 'silver')).join('\n')).to.match(/made from: +snapshot \(gone\)\n/);
    await succeed('volume', 'create', 'two', '--template', 'silver');
    expect(await said('two')).to.equal('changed');
    expect((await succeed('template', 'ls', '--tag', 'use=test')).join('\n')).to.match(/\nsilver +Ready +16Mi/);
  });

  it('converts no volume that is attached, and one that is not at once', async () => {
    const refused = await run('template', 'create', 'bronze', '--volume', 'base', '--convert');
    expect(refused.notes.join('\n')).to.match(/volume base is attached to node node-1/);
    await succeed('volume', 'detach', 'base');
    await succeed('volume', 'lock', 'base');
    const locked = await run('template', 'create', 'bronze', '--volume', 'base', '--convert');
    expect(locked.notes.join('\n')).to.match(/volume base has a delete lock/);
    await succeed('volume', 'unlock', 'base');
    for (const round of [1, 2]) {
      const made = await run('template', 'create', 'bronze', '--volume', 'base', '--convert');
      expect(made, `round ${round}`).to.deep.include({ code: 0, out: ['template bronze is ready'] });
    }
    expect((await run('volume', 'show', 'base')).code).to.equal(1);
    await succeed('volume', 'create', 'base', '--template', 'bronze');
    expect(await said('base')).to.equal('later');
    expect((await list())[0]).to.deep.include({ name: 'bronze', converted: true, clones: ['base'] });
  });

  it('is not deleted while there are clones, nor while it is locked', async () => {
    const refused = await run('template', 'rm', 'gold');
    expect(refused.notes.join('\n')).to.match(/template "gold" has 1 clone, .*: volume one/);
    await succeed('volume', 'rm', 'one');
    await succeed('template', 'lock', 'gold');
    expect((await run('template', 'rm', 'gold')).notes.join('\n')).to.match(/"gold" has a delete lock/);
    await succeed('template', 'unlock', 'gold');
    expect(await succeed('template', 'rm', 'gold')).to.deep.equal(['template gold is deleted']);
  });

  it('makes several at one moment, and converts several, all or none', async () => {
    for (const name of ['data', 'log']) {
      await succeed('volume', 'create', name, '--size', '16Mi', '--tag', 'app=shop');
      await succeed('volume', 'attach', name, at(name));
      await writeFile(at(`${name}/said`), name);
    }
    const unnamed = await run('template', 'create', 'shop', '--all-of', 'app=shop');
    expect(unnamed.notes.join('\n')).to.contain('shop-{volume}');
    const made = await succeed('template', 'create', 'shop-{volume}', '--all-of', 'app=shop', '--tag', 'v=1');
    expect(made).to.deep.equal(['template shop-data is ready', 'template shop-log is ready']);
    expect(await succeed('template', 'create', 'shop-{volume}', '--volume', 'data', 'log')).to.have.length(2);
    expect((await succeed('group', 'ls', '-o', 'json')).join('')).to.equal('[]');

    await succeed('volume', 'detach', 'log');
    const refused = await run('template', 'create', 'all-{volume}', '--volume', 'log', 'data', '--convert');
    expect(refused.notes.join('\n')).to.contain('volume data is attached');
    expect((await list()).map(({ name }) => name)).not.to.include('all-log');
    await succeed('volume', 'detach', 'data');
    for (const round of [1, 2]) {
      const converted = await run(
        'template',
        'create',
        'all-{volume}',
        '--volume',
        'log',
        'data',
        '--convert',
        '--lock',
      );
      expect(converted, `round ${round}`).to.deep.include({ code: 0 });
    }
    expect((await run('volume', 'show', 'data')).code).to.equal(1);
    await succeed('volume', 'create', 'log', '--template', 'all-log');
    expect(await said('log')).to.equal('log');
    await succeed('volume', 'create', 'then', '--template', 'shop-data');
    expect(await said('then')).to.equal('data');
    expect((await run('template', 'rm', 'all-data')).notes.join('\n')).to.contain('has a delete lock');
  });

  it('makes one of what is imported, and nothing of what cannot be', async () => {
    await mkdir(at('tree'));
    await writeFile(at('tree/said'), 'imported');
    const { name: taken } = (await list())[0] ?? {};
    const other = await run('template', 'create', String(taken), '--from', at('tree'));
    expect(other.notes[0]).to.contain('choose another name');
    for (const round of [1, 2]) {
      const made = await run('template', 'create', 'tree', '--from', at('tree'), '--size', '64Mi', '--lock');
      expect(made, `round ${round}`).to.deep.include({ code: 0, out: ['template tree is ready'] });
    }
    expect((await run('template', 'rm', 'tree')).notes.join('\n')).to.contain('has a delete lock');
    await succeed('volume', 'create', 'leaf', '--template', 'tree');
    expect(await said('leaf')).to.equal('imported');
    const file = await run('template', 'create', 'text', '--from', at('tree/said'), '--as', 'tar', '--size', '64Mi');
    expect(file).to.deep.include({ code: 1 });
    expect((await run('template', 'create', 'text', '--from', at('nothing'))).code).to.equal(1);
    const names = (await succeed('volume', 'ls', '-o', 'json')).join('\n');
    expect(names).not.to.contain('.import');
    const idle = await run('template', 'create', 'text', '--volume', 'leaf', '--size', '1Gi');
    expect(idle.notes.join('\n')).to.contain('--from');
  });

  it('is told clearly when it is not there', async () => {
    expect((await run('volume', 'create', 'x', '--template', 'gold')).notes[0]).to.contain('there is no template gold');
    expect((await run('template', 'create', 'x', '--all-of', 'app=nothere')).notes).to.deep.equal([
      'tome: no volume has the tag app=nothere',
      'hint: see what there is: tome volume ls',
    ]);
    expect((await run('template', 'create', 'x')).notes.join('\n')).to.contain('of what?');
  });
});
