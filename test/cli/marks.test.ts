import path from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { useDriver } from '../support/use-driver.ts';
import { tomeOn } from './recording-terminal.ts';

const named = z.array(z.looseObject({ name: z.string(), deleteLock: z.boolean() }));

describe('Locks and tags on the command line, with a driver', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true });

  before(async () => {
    await succeed('volume', 'create', 'kept', '--size', '16Mi', '--lock', '--tag', 'team=blue');
    await succeed('volume', 'create', 'other', '--size', '16Mi', '--tag', 'team=red');
  });

  const { run, succeed } = tomeOn(() => driver.socket);
  const list = async (...args: readonly string[]) =>
    named.parse(JSON.parse((await succeed(...args, '-o', 'json')).join('\n')));

  it('locks and unlocks a volume', async () => {
    const refused = await run('volume', 'rm', 'kept');
    expect(refused.code).to.equal(1);
    expect(refused.notes.join('\n')).to.match(/volume kept has a delete lock[^]*tome volume unlock kept/);
    expect((await succeed('volume', 'show', 'kept')).join('\n')).to.match(/delete lock: +on/);
    expect(await succeed('volume', 'unlock', 'kept')).to.deep.equal(['volume kept is not locked: it can be deleted']);
    expect((await succeed('volume', 'show', 'kept')).join('\n')).to.match(/delete lock: +off/);
    expect(await succeed('volume', 'lock', 'kept')).to.deep.equal(['volume kept is locked: nobody deletes it']);
    expect((await run('volume', 'rm', 'kept')).code).to.equal(1);
  });

  it('lists by tag', async () => {
    expect((await list('volume', 'ls', '--tag', 'team=blue')).map(({ name }) => name)).to.deep.equal(['kept']);
    expect(await list('volume', 'ls', '--tag', 'team=blue', '--tag', 'use=x')).to.deep.equal([]);
  });

  it('locks, tags and lists snapshots', async () => {
    await succeed('snapshot', 'create', 's', '--volume', 'other', '--lock', '--tag', 'use=gold');
    await succeed('snapshot', 'create', 't', '--volume', 'other');
    expect((await run('snapshot', 'rm', 's')).notes.join('\n')).to.match(/snapshot s has a delete lock/);
    expect(await succeed('snapshot', 'tag', 's', 'use-', 'team=a')).to.deep.equal(['snapshot s has team=a']);
    expect((await list('snapshot', 'ls', '--tag', 'team=a')).map(({ name }) => name)).to.deep.equal(['s']);
    await driver.restart();
    expect((await list('snapshot', 'ls', '--tag', 'team=a'))[0]).to.include({ deleteLock: true });
    await succeed('snapshot', 'unlock', 's');
    await succeed('snapshot', 'rm', 's', 't');
    expect((await run('snapshot', 'lock', path.join('no', 'such'))).code).to.equal(1);
  });
});
