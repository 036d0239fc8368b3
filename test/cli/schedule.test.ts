import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import * as z from 'zod';
import { useDriver } from '../support/use-driver.ts';
import { until } from '../support/until.ts';
import { tomeOn } from './recording-terminal.ts';

const scheduleSchema = z.looseObject({ snapshots: z.array(z.string()), problems: z.array(z.string()) });

describe('tome schedule, with a driver', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true });

  before(async () => {
    for (const name of ['data', 'log']) {
      await succeed('volume', 'create', name, '--size', '16Mi', '--tag', 'backup=yes');
      await succeed('volume', 'attach', name, at(name));
      await writeFile(at(`${name}/said`), `${name}, then`);
    }
  });

  const { at } = driver;
  const { run, succeed } = tomeOn(() => driver.socket);
  const shown = async (name: string) =>
    scheduleSchema.parse(JSON.parse((await succeed('schedule', 'show', name, '-o', 'json')).join('\n')));
  const nightly = ['schedule', 'create', 'nightly', '--cron', '0 3 * * *', '--time-zone', 'UTC'];

  it('makes snapshots when told to, from which volumes can be made, and keeps the newest', async () => {
    const made = await run(...nightly, '--volume', 'data', '--keep', '1');
    expect(made.code).to.equal(0);
    expect(made.out.join()).to.match(/^schedule nightly is made; its first time is 20\d\d-\d\d-\d\d 03:00:00Z$/);
    const ran = await succeed('schedule', 'run', 'nightly');
    const [first = ''] = (await shown('nightly')).snapshots;
    expect(ran).to.deep.equal([`schedule nightly has made 1 snapshot: ${first}`]);
    expect(first).to.match(/^nightly\.data\.\d{8}T\d{6}Z$/);
    await succeed('volume', 'create', 'restored', '--from-snapshot', first);
    await succeed('volume', 'attach', 'restored', at('restored'));
    expect(await readFile(at('restored/said'), 'utf8')).to.equal('data, then');

    // Names are to the second.
    await until(async () => {
      await succeed('schedule', 'run', 'nightly');
      const { snapshots } = await shown('nightly');
      return snapshots.length === 1 && snapshots[0] !== first;
    });
    await until(async () => !(await succeed('snapshot', 'ls')).join('\n').includes(first));
    expect((await succeed('schedule', 'ls')).join('\n')).to.match(
      /\nnightly +Active +0 3 \* \* \* +data +1 +1 +20\d\d-/,
    );
    expect((await succeed('schedule', 'ls', '-o', 'wide')).join('\n')).to.match(/ UTC +no$/);
  });

  it('cuts all volumes with a tag at one moment', async () => {
    await succeed(
      'schedule',
      'create',
      'app',
      '--cron',
      '@daily',
      '--tag',
      'backup=yes',
      '--keep-for',
      '2d',
      '--together',
    );
    const ran = await succeed('schedule', 'run', 'app');
    const [group = ''] = (await shown('app')).snapshots;
    expect(ran).to.deep.equal([`schedule app has made 2 snapshots, group ${group}`]);
    expect((await succeed('group', 'show', group)).join('\n'))
      .to.contain(`${group}/data`)
      .and.contain(`${group}/log`);
    expect((await succeed('schedule', 'show', 'app')).join('\n')).to.match(/keep: +for 2d\n.*\n.*\nproblems: +none/);
  });

  it('says what was not made, and makes the rest', async () => {
    await succeed('volume', 'create', 'short-lived', '--size', '16Mi');
    const volumes = ['--volume', 'short-lived', 'log', '--keep', '3'];
    await succeed('schedule', 'create', 'both', '--cron', '@daily', ...volumes);
    await succeed('volume', 'rm', 'short-lived');
    const half = await run('schedule', 'run', 'both');
    expect(half.code).to.equal(1);
    expect(half.out.join('\n')).to.match(/^schedule both has made 1 snapshot: both\.log\.\w+$/);
    expect(half.notes.join('\n')).to.contain('there is no volume short-lived');
    expect((await succeed('schedule', 'ls')).join('\n')).to.match(/\nboth +Failing /);
  });

  it('makes up once for what was missed while the driver was away', async () => {
    await succeed('schedule', 'create', 'quarterly', '--cron', '*/15 * * * *', '--volume', 'log', '--keep', '9');
    await driver.close();
    const db = new DatabaseSync(path.join(driver.stateDir, 'catalog.db'));
    db.exec(
      `UPDATE schedules SET status = json_set(status, '$.counting.from', '2026-01-01T00:00:00.000Z') WHERE id = 'quarterly'`,
    );
    db.close();
    await driver.start();
    await until(async () => (await shown('quarterly')).snapshots.length > 0);
    await driver.restart();
    const { snapshots } = await shown('quarterly');
    expect(snapshots).to.have.length(1);
    expect(snapshots[0]).to.match(/^quarterly\.log\.\d{8}T\d\d(00|15|30|45)00Z$/);
  });

  it('is suspended and goes on', async () => {
    expect(await succeed('schedule', 'suspend', 'nightly')).to.deep.equal(['schedule nightly is suspended']);
    expect((await succeed('schedule', 'ls')).join('\n')).to.match(/\nnightly +Suspended .* -\n/);
    await succeed('schedule', 'resume', 'nightly');
    await until(async () => (await succeed('schedule', 'show', 'nightly')).join('\n').includes(' 03:00:00Z'));
  });

  it('is removed, and its snapshots stay', async () => {
    const { snapshots } = await shown('nightly');
    const removed = await run('schedule', 'rm', 'nightly');
    expect(removed).to.deep.include({ code: 0, out: ['schedule nightly is deleted'] });
    expect(removed.notes).to.deep.equal([
      `its snapshots stay; to delete them: tome snapshot rm ${snapshots.join(' ')}`,
    ]);
    expect((await succeed('snapshot', 'ls')).join('\n')).to.contain(snapshots[0]);
    expect((await run('schedule', 'show', 'nightly')).notes.join('\n')).to.contain('there is no schedule nightly');

    const both = (await shown('both')).snapshots;
    const app = (await shown('app')).snapshots;
    const two = await run('schedule', 'rm', 'both', 'app');
    expect(two.notes).to.deep.equal([
      `their snapshots stay; to delete them: tome snapshot rm ${both.join(' ')}; tome group rm ${app.join(' ')}`,
    ]);
  });

  const keep = ['--keep', '1'];
  const refused: readonly [string, readonly string[], string][] = [
    ['no volumes', [...keep], 'no volumes are named'],
    ['nothing of what stays', ['--volume', 'data'], 'nothing says which snapshots stay'],
    ['a volume that is not there', ['--volume', 'nobody', ...keep], 'there is no volume nobody'],
    ['a time that is none', ['--volume', 'data', '--keep-for', 'ever'], 'such as 12h, 30d'],
    ['a zone that is none', ['--volume', 'data', ...keep, '--time-zone', 'Here'], 'there is no time zone "Here"'],
    ['fields that are none', ['--volume', 'data', ...keep, '--cron', 'daily'], 'write minute, hour, day'],
  ];
  for (const [what, options, message] of refused) {
    it(`refuses ${what}`, async () => {
      const { code, notes } = await run('schedule', 'create', 'bad', '--cron', '@daily', ...options);
      expect(code).to.not.equal(0);
      expect(notes.join('\n')).to.contain(message);
      expect((await run('schedule', 'show', 'bad')).code).to.equal(1);
    });
  }

  it('refuses a name with a dot, and one that is taken for anything else', async () => {
    const options = ['--cron', '@daily', '--volume', 'data', '--keep', '2'];
    expect((await run('schedule', 'create', 'a.b', ...options)).notes.join()).to.contain(
      'small letters, digits and dashes',
    );
    await succeed('schedule', 'create', 'once', ...options);
    await succeed('schedule', 'create', 'once', ...options);
    const taken = await run('schedule', 'create', 'once', ...options, '--together');
    expect(taken.notes.join('\n')).to.contain('schedule once is there already');
  });
});
