import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import * as z from 'zod';
import { useDriver } from '../support/use-driver.ts';
import { tomeOn } from './recording-terminal.ts';

const memberSchema = z.object({
  snapshotId: z.string(),
  sourceVolumeName: z.string(),
  sizeBytes: z.number(),
  heldBytes: z.number(),
});
const groupSchema = z.looseObject({ name: z.string(), state: z.string(), members: z.array(memberSchema) });

describe('tome group, with a driver', function () {
  this.timeout(60_000);
  const driver = useDriver({ options: () => ({ pools: [pool('default'), pool('other')] }), isShared: true });
  const { at } = driver;

  before(async () => {
    for (const name of ['data', 'log']) {
      await succeed('volume', 'create', name, '--size', '16Mi', '--pool', 'default');
      await succeed('volume', 'attach', name, at(name));
      await writeFile(at(`${name}/said`), `${name}, then`);
    }
    await succeed('volume', 'create', 'elsewhere', '--size', '16Mi', '--pool', 'other');
  });

  const pool = (name: string) => ({
    name,
    path: at(`pool-${name}`),
    backing: { file: at(`${name}.img`), size: '1Gi', thin: true },
  });
  const { run, succeed } = tomeOn(() => driver.socket);

  it('keeps one moment of volumes in use, lists it, and makes volumes of each member', async () => {
    const made = await run('group', 'create', 'monday', '--volume', 'log', 'data');
    expect(made).to.deep.include({ code: 0, out: ['group snapshot monday of volumes log, data is ready'] });
    expect(made.notes).to.deep.equal(['next: tome volume create NAME --from-snapshot monday/log']);
    for (const name of ['data', 'log']) await writeFile(at(`${name}/said`), 'now');

    expect((await succeed('group', 'ls')).join('\n')).to.match(/\nmonday +Ready +data, log +[\d.]+\w+ +20\d\d-/);
    expect((await succeed('group', 'ls', '-o', 'wide')).join('\n')).to.match(/ default +group-\w{32}$/);
    const shown = groupSchema.parse(JSON.parse((await succeed('group', 'show', 'monday', '-o', 'json')).join('\n')));
    expect(shown.members.map(({ sourceVolumeName }) => sourceVolumeName)).to.deep.equal(['data', 'log']);
    for (const { sizeBytes, heldBytes } of shown.members) {
      expect(sizeBytes).to.equal(16 * 1024 ** 2);
      expect(heldBytes).to.be.above(0);
    }

    for (const name of ['data', 'log']) {
      await succeed('volume', 'create', `${name}-then`, '--from-snapshot', `monday/${name}`);
      await succeed('volume', 'attach', `${name}-then`, at(`${name}-then`));
      expect(await readFile(at(`${name}-then/said`), 'utf8')).to.equal(`${name}, then`);
      await succeed('volume', 'detach', `${name}-then`);
    }
    expect((await succeed('volume', 'show', 'data-then')).join('\n')).to.contain('made from:    snapshot monday');
  });

  it('tells its members apart among the snapshots, and deletes none of them alone', async () => {
    const names = (await succeed('snapshot', 'ls')).slice(1).map((line) => line.split(' ')[0]);
    expect(names).to.deep.equal(['monday/data', 'monday/log']);
    const { code, notes } = await run('snapshot', 'rm', 'monday/data');
    expect(code).to.equal(1);
    expect(notes).to.deep.equal([
      'tome: snapshot monday/data is part of group monday: delete the group',
      'hint: with all its snapshots: tome group rm monday',
    ]);
  });

  it('says which member is locked, and how that is taken off', async () => {
    await succeed('snapshot', 'lock', 'monday/log');
    const { code, notes } = await run('group', 'rm', 'monday');
    expect(code).to.equal(1);
    expect(notes).to.deep.equal([
      'tome: snapshot monday/log has a delete lock: take that off first (tome snapshot unlock)',
      'hint: tome snapshot unlock monday/log',
    ]);
    await succeed('snapshot', 'unlock', 'monday/log');
  });

  it('is not made again over an older one, nor of other volumes, nor where volumes are in several pools', async () => {
    const again = await run('group', 'create', 'monday', '--volume', 'data', 'log');
    expect(again.code).to.equal(1);
    expect(again.notes[0]).to.contain('group snapshot monday exists already, taken at 20');
    const others = await run('group', 'create', 'monday', '--volume', 'data');
    expect(others.notes).to.have.length(2);
    expect(others.notes[0]).to.match(/exists, but of volumes (data, log|log, data): choose another name$/);
    const apart = await run('group', 'create', 'apart', '--volume', 'data', 'elsewhere');
    expect(apart.code).to.equal(1);
    expect(apart.notes[0]).to.contain('only volumes of one pool can be cut at one moment');
    expect(await run('group', 'create', 'none', '--volume', 'missing')).to.include({ code: 1 });
    expect((await succeed('group', 'ls')).length).to.equal(2);
  });

  it('shows a volume that is gone by its id, by which its snapshot can still be had', async () => {
    await succeed('volume', 'create', 'short', '--size', '16Mi');
    await succeed('group', 'create', 'last', '--volume', 'short');
    await succeed('volume', 'rm', 'short');
    const [, name = ''] = /(last\/vol-\w+) +\(gone\)/.exec((await succeed('group', 'show', 'last')).join('\n')) ?? [];
    await succeed('volume', 'create', 'again', '--from-snapshot', name);
    await succeed('volume', 'create', 'by-name', '--from-snapshot', 'last/short');
  });

  it('goes with all its snapshots, once', async () => {
    expect(await succeed('group', 'rm', 'monday', 'last')).to.deep.equal([
      'group snapshot monday is deleted',
      'group snapshot last is deleted',
    ]);
    expect(await succeed('snapshot', 'ls')).to.deep.equal([]);
    const { code, notes } = await run('group', 'rm', 'monday');
    expect(code).to.equal(1);
    expect(notes).to.deep.equal(['tome: there is no group snapshot monday', 'hint: see what there is: tome group ls']);
    for (const name of ['data', 'log']) await succeed('volume', 'detach', name);
  });
});
