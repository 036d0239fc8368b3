import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { processesMarked } from '../../src/host/processes.ts';
import { useDriver } from '../support/use-driver.ts';
import { gocryptfs } from '../support/registered-filesystems.ts';
import { tomeOn } from './recording-terminal.ts';

describe('tome volume attach --secrets-file', function () {
  this.timeout(60_000);
  const driver = useDriver({ options: { filesystems: [gocryptfs] } });

  beforeEach(async () => {
    await succeed('volume', 'create', 'vault', '--size', '64Mi', '--fs', 'gocryptfs');
  });
  const { at } = driver;
  const { run, succeed } = tomeOn(() => driver.socket);
  const attach = (file: string) => run('volume', 'attach', 'vault', at('mnt'), '--secrets-file', file);

  function secretsFile(text: string, mode = 0o600): string {
    writeFileSync(at('secrets'), text);
    chmodSync(at('secrets'), mode);
    return at('secrets');
  }

  it('gives a filesystem its key, by lines or as JSON, and no other key will do', async () => {
    const without = await run('volume', 'attach', 'vault', at('mnt'));
    expect(without).to.include({ code: 1 });
    expect(without.notes).to.deep.equal([
      'tome: filesystem gocryptfs needs the key key',
      `hint: put a line key=VALUE into a file, and give that: tome volume attach vault ${at('mnt')} --secrets-file FILE`,
    ]);
    expect(await attach(secretsFile('# of the vault\n\nkey=hunter=2 \nother=1\n'))).to.include({ code: 0 });
    writeFileSync(at('mnt/file'), 'x');
    expect(await attach(at('secrets')), 'once more').to.include({ code: 0 });
    await succeed('volume', 'detach', 'vault');

    const wrong = await attach(secretsFile('key=hunter=2'));
    expect(wrong).to.include({ code: 1 });
    expect(wrong.notes.join(' ')).to.contain('Password incorrect').and.not.to.contain('hunter');
    expect(wrong.notes.at(-1)).to.equal('hint: if it is the wrong key: give the right one, in another --secrets-file');
    expect(await attach(secretsFile(JSON.stringify({ key: 'hunter=2 ' })))).to.include({ code: 0 });
    expect(readFileSync(at('mnt/file'), 'utf8')).to.equal('x');
    await succeed('volume', 'detach', 'vault');
    await succeed('volume', 'rm', 'vault');
  });

  it('says what to do when the program that serves the volume has ended', async () => {
    expect(await attach(secretsFile('key=hunter2'))).to.include({ code: 0 });
    const mount = driver.at('state/mounts', volumeId('vault'));
    await driver.close();
    for (const { pid } of processesMarked(`TOME_MOUNT=${mount}`)) process.kill(pid, 'SIGKILL');
    // With the secrets that this one does not have the former would mount it again.
    await driver.start();
    const { code, notes } = await run('volume', 'attach', 'vault', at('other'), '--secrets-file', at('secrets'));
    expect(code).to.equal(1);
    expect(notes).to.deep.equal([
      'tome: the filesystem of volume vault is dead: its program has ended',
      'hint: tome volume detach vault, then attach it again',
    ]);
    await succeed('volume', 'detach', 'vault');
    expect(await attach(at('secrets'))).to.include({ code: 0 });
    await succeed('volume', 'detach', 'vault');
    await succeed('volume', 'rm', 'vault');
  });

  it('names the source, which has no clones', async () => {
    const { code, notes } = await run('volume', 'create', 'twin', '--clone', 'vault');
    expect(code).to.equal(1);
    expect(notes[0]).to.contain('volume vault is a directory of gocryptfs, which has no clones');
    await run('volume', 'rm', 'twin');
    await succeed('volume', 'rm', 'vault');
  });

  it('takes no file that others can use, is not there, or makes no sense, and shows nothing of what is in it', async () => {
    for (const mode of [0o640, 0o604, 0o620, 0o610]) {
      const { code, notes } = await attach(secretsFile('key=hunter2', mode));
      expect(code, mode.toString(8)).to.equal(1);
      expect(notes.join(' ')).to.contain(`chmod 600 ${at('secrets')}`);
    }
    const texts = [
      'hunter2',
      '=hunter2',
      'a b=hunter2',
      '{"key": hunter2}',
      '{"key": ["hunter2"]}',
      '{"key=": "hunter2"}',
    ];
    for (const text of texts) {
      const { code, notes } = await attach(secretsFile(text));
      expect(code, text).to.equal(1);
      expect(notes.join(' '), text).to.contain(at('secrets')).and.not.to.contain('hunter2');
    }
    const { code, notes } = await attach(at('nothing'));
    expect(code).to.equal(1);
    expect(notes.join(' ')).to.contain('ENOENT');
    await succeed('volume', 'rm', 'vault');
  });
});
