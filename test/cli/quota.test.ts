import { expect } from 'chai';
import { quotaExamples } from '../../src/cli/examples.ts';
import { useDriver } from '../support/use-driver.ts';
import { tomeOn } from './recording-terminal.ts';

describe('tome quota, with a driver', function () {
  this.timeout(60_000);
  const driver = useDriver({
    options: (at) => {
      const backing = { file: at('default.img'), size: '1Gi', thin: true };
      return { pools: [{ name: 'default', path: at('pool'), backing }] };
    },
    isShared: true,
  });
  const { run, succeed } = tomeOn(() => driver.socket);

  it('limits what is made, shows what is used, and lets it be again', async () => {
    await succeed('volume', 'create', 'a', '--size', '16Mi');
    const set = await succeed('quota', 'set', 'few', '--pool', 'default', '--volumes', '2', '--size', '100Mi');
    expect(set).to.deep.equal(['quota few is set: 1 of 2 volumes, 16Mi of 100Mi of volumes']);
    await succeed('volume', 'create', 'b', '--size', '64Mi');
    const refused = await run('volume', 'create', 'c', '--size', '16Mi');
    expect(refused.code).to.equal(1);
    expect(refused.notes.join('\n')).to.contain('quota few of pool default limits volumes to 2: 2 used, 1 more');
    const grown = await run('volume', 'expand', 'b', '128Mi');
    expect(grown.notes.join('\n')).to.contain('the size of volumes to 100Mi: 80Mi used, 64Mi more');

    expect((await succeed('quota', 'ls')).join('\n')).to.match(/\nfew +default +- +- +2 of 2 +80Mi of 100Mi +0$/);
    await succeed('volume', 'rm', 'a');
    const shown: unknown = JSON.parse((await succeed('quota', 'show', 'few', '-o', 'json')).join('\n'));
    expect(shown).to.deep.equal({
      name: 'few',
      namespace: '',
      storageClass: '',
      pool: 'default',
      volumes: { used: 1, limit: 2 },
      bytes: { used: 64 * 1024 ** 2, limit: 100 * 1024 ** 2 },
      snapshots: { used: 0, limit: null },
    });
    await succeed('volume', 'create', 'c', '--size', '16Mi');
    await succeed('quota', 'set', 'few', '--snapshots', '0');
    await succeed('volume', 'create', 'd', '--size', '16Mi');
    const cut = await run('snapshot', 'create', 's', '--volume', 'd');
    expect(cut.notes.join('\n')).to.contain('quota few limits snapshots to 0: 0 used, 1 more');
    expect(await succeed('quota', 'rm', 'few')).to.deep.equal(['quota few is removed']);
    await succeed('snapshot', 'create', 's', '--volume', 'd');
  });

  it('has examples that work as they stand', async () => {
    for (const { command } of quotaExamples) await succeed(...command.split(' ').slice(1));
    expect(await succeed('quota', 'ls')).to.deep.equal([]);
  });

  it('says what is wrong', async () => {
    const said = async (...args: string[]) => {
      const { code, notes } = await run('quota', ...args);
      expect(code, args.join(' ')).not.to.equal(0);
      return notes.join('\n');
    };
    expect(await said('set', 'few')).to.contain('nothing is limited');
    expect((await run('quota', 'set', 'few', '--volumes', 'many')).code).to.equal(2);
    expect(await said('set', 'Few', '--volumes', '1')).to.contain('small letters, digits, dashes');
    expect(await said('set', 'few', '--volumes', '1', '--pool', 'fast')).to.contain('there is no pool fast');
    expect(await said('show', 'none')).to.contain('there is no quota none');
    expect(await said('rm', 'none')).to.contain('there is no quota none');
    expect((await run('quota', 'ls')).notes.join('\n')).to.contain('no quotas; make one');
  });
});
