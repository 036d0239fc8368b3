import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { expect } from 'chai';
import { useDriver } from '../support/use-driver.ts';
import { tomeOn } from './recording-terminal.ts';

describe('tome volume, of a directory that is there', function () {
  this.timeout(60_000);
  const driver = useDriver({
    options: (at) => {
      mkdirSync(at('root/data'), { recursive: true });
      return { pools: [], managedRoots: [{ path: at('root') }] };
    },
    leavesNothing: true,
  });
  const { at } = driver;
  const { run, succeed } = tomeOn(() => driver.socket);

  async function refused(...args: readonly string[]): Promise<string> {
    const { code, notes } = await run(...args);
    expect(code).not.to.equal(0);
    return notes.join('\n');
  }

  it('is made, shown, listed, used and deleted, and its files stay', async () => {
    const made = await succeed('volume', 'create', 'data', '--host-path', at('root/data'), '--tag', 'team=blue');
    expect(made).to.deep.equal([`volume data is there: the directory ${at('root/data')}, in pool managed`]);
    await succeed('volume', 'attach', 'data', at('mnt'));
    writeFileSync(at('mnt/file'), 'x');
    const [head, row] = await succeed('volume', 'ls');
    expect(head).to.match(/^NAME +STATE +SIZE +USED +MODE +ATTACHED TO/);
    expect(row?.split(/ +/)).to.deep.equal(['data', 'Ready', '-', '-', 'directory', 'rw', at('mnt')]);
    const shown = (await succeed('volume', 'show', 'data')).join('\n');
    expect(shown).to.match(new RegExp(`directory: +${at('root/data')}`));
    expect(shown).not.to.match(/size|used/);
    const [, pool] = await succeed('pool', 'ls');
    expect(pool?.split(/ +/)).to.deep.equal(['managed', 'Ready', '-', '-', '-', '-', '1', '-']);
    expect(await refused('volume', 'rm', 'data')).to.contain('tome volume detach data');
    await succeed('volume', 'detach', 'data');
    const gone = await succeed('volume', 'rm', 'data');
    expect(gone).to.deep.equal([`volume data is deleted; ${at('root/data')} stays`]);
    expect(readFileSync(at('root/data/file'), 'utf8')).to.equal('x');
  });

  it('acts as the user that is named, and says so', async () => {
    await chown(at('root/data'), 1000, 100);
    await succeed(
      'volume',
      'create',
      'data',
      '--host-path',
      at('root/data'),
      '--uid',
      '1000',
      '--gid',
      '100',
      '--shared',
    );
    expect((await succeed('volume', 'show', 'data')).join('\n')).to.contain(
      `${at('root/data')}, container's 0:0 as 1000:100, for many`,
    );
    const [volume] = JSON.parse((await succeed('volume', 'ls', '-o', 'json')).join('\n')) as unknown[];
    const managed = { hostPath: at('root/data'), uid: 1000, gid: 100, containerUid: 0, containerGid: 0 };
    expect(volume).to.deep.include({ managed, shared: true, sizeBytes: 0 });
  });

  it('says that it is read-only for a user who may not write, and is attached again all the same', async () => {
    await succeed('volume', 'create', 'data', '--host-path', at('root/data'), '--uid', '1000', '--gid', '100');
    chmodSync(driver.directory.path, 0o755);
    const why = `: user 1000:100 may not write to ${at('root/data')}`;
    for (const mnt of ['one', 'one', 'two']) {
      const said = await succeed('volume', 'attach', 'data', at(mnt));
      expect(said).to.deep.equal([`volume data is attached at ${at(mnt)}, read-only${why}`]);
    }
    expect((await succeed('volume', 'ls'))[1]).to.match(/ directory ro /);
    await succeed('volume', 'detach', 'data');
    await chown(at('root/data'), 1000, 100);
    expect(await succeed('volume', 'attach', 'data', at('one'))).to.deep.equal([
      `volume data is attached at ${at('one')}`,
    ]);
    expect((await succeed('volume', 'ls'))[1]).to.match(/ directory rw /);
    await succeed('volume', 'detach', 'data');
  });

  it('is refused for what a directory cannot have, and where it is not there', async () => {
    const hostPath = ['--host-path', at('root/data')];
    // The option parser says so itself, on stderr.
    for (const option of [['--size', '1Gi'], ['--fs', 'ext4'], ['--block'], ['--thick'], ['--clone', 'x']]) {
      expect((await run('volume', 'create', 'v', ...hostPath, ...option)).code, option.join(' ')).to.equal(2);
    }
    expect(await refused('volume', 'create', 'v', '--size', '1Gi', '--uid', '1')).to.contain('--uid is for the volume');
    expect((await run('volume', 'create', 'v', ...hostPath, '--uid', 'me')).code).to.equal(2);
    expect((await succeed('volume', 'ls', '-o', 'json')).join('')).to.equal('[]');
    expect(await refused('volume', 'create', 'v', '--host-path', at('root/none'))).to.contain('does not exist');
    expect(await refused('volume', 'create', 'v', '--host-path', '/etc')).to.contain('not beneath a managed root');
    await succeed('volume', 'create', 'v', ...hostPath);
    expect(await refused('volume', 'create', 'w', ...hostPath)).to.contain('is volume "v"');
    expect(await refused('volume', 'expand', 'v', '1Gi')).to.contain('has no size of its own');
    expect(await refused('volume', 'create', 'w', '--host-path', at('root'))).to.contain(
      'is a managed root itself: choose a directory beneath it',
    );
    expect(await refused('volume', 'create', 'w', '--host-path', `${at('root')}/../root/data`)).to.contain(
      'has ".." in it',
    );
    expect(await refused('snapshot', 'create', 's', '--volume', 'v')).to.contain('there are no snapshots of it');
  });
});
