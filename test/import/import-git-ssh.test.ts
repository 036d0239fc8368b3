import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { failureOf } from '../support/failure.ts';
import { startSshServer, type SshServer } from '../support/ssh-server.ts';
import { importWorld, type ImportWorld } from './import-world.ts';

const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];

describe('a git repository that is imported over ssh', function () {
  this.timeout(60_000);
  let world: ImportWorld;
  let server: SshServer;
  const before_ = { path: process.env['PATH'], ssh: process.env['GIT_SSH_COMMAND'] };

  before(async () => {
    world = importWorld();
    await world.make('origin');
    await world.make('ssh');
    const git = (...args: readonly string[]) => execa('git', ['-C', world.at('origin'), ...identity, ...args]);
    await git('init', '--quiet');
    for (const text of ['one', 'two']) {
      await writeFile(world.at('origin/text'), text);
      await git('add', '.');
      await git('commit', '--quiet', '-m', text);
      if (text === 'one') await git('branch', 'stable');
    }
    server = await startSshServer(world.at('ssh'));
    process.env['PATH'] = `${server.bin}:${before_.path ?? ''}`;
    delete process.env['GIT_SSH_COMMAND'];
  });

  beforeEach(async () => {
    await copyFile(world.at('ssh/user'), world.at('ssh/identity'));
    await writeFile(server.knownHosts, `${server.hostKey}\n`);
  });

  afterEach(() => execa('rm', ['-rf', world.at('into')]));

  after(async () => {
    process.env['PATH'] = before_.path;
    if (before_.ssh !== undefined) process.env['GIT_SSH_COMMAND'] = before_.ssh;
    await server.stop();
    await world.cleanUp();
  });

  const addresses = () => ({
    scheme: `ssh://root@${server.host}${world.at('origin')}`,
    short: `root@${server.host}:${world.at('origin')}`,
  });

  it('has the files of its branch, or of another one, in both ways to name it', async () => {
    for (const address of Object.values(addresses())) {
      for (const [ref, wanted] of [
        ['', 'two'],
        ['#stable', 'one'],
      ] as const) {
        await world.fill(`${address}${ref}`);
        expect(await readFile(world.into('text'), 'utf8')).to.equal(wanted);
        expect(await world.names()).to.deep.equal(['.git', 'text']);
        await execa('rm', ['-r', world.at('into')]);
      }
    }
  });

  it('is refused where the key of the server is not known, nobody is asked, and nothing is learnt', async () => {
    await rm(server.knownHosts);
    const error = await failureOf(world.fill(addresses().scheme));
    expect(error).to.include({ reason: 'FailedPrecondition' });
    expect(String(error)).to.contain(server.host).and.to.contain('the key of the server is not known');
    expect(String(error)).to.contain('add it to ~/.ssh/known_hosts');
    expect(await failureOf(readFile(server.knownHosts))).to.have.property('code', 'ENOENT');
    expect(await world.names()).to.deep.equal(['.git', '.tome-import']);
  });

  it('is refused where the server has another key than is known', async () => {
    const other = await readFile(world.at('ssh/other.pub'), 'utf8');
    await writeFile(server.knownHosts, `${server.host} ${other}`);
    const error = await failureOf(world.fill(addresses().short));
    expect(error).to.include({ reason: 'FailedPrecondition' });
    expect(String(error)).to.contain('another key than the one that is known').and.to.contain('ssh-keygen -R');
  });

  it('is refused to a key that the server does not know', async () => {
    await copyFile(world.at('ssh/other'), world.at('ssh/identity'));
    const error = await failureOf(world.fill(addresses().scheme));
    expect(error).to.include({ reason: 'FailedPrecondition' });
    expect(String(error)).to.contain('the server accepts no key of this user').and.to.contain('IdentityFile');
  });

  it('is refused to a key with a passphrase, which nobody is asked for', async () => {
    await execa('ssh-keygen', ['-q', '-p', '-N', 'long enough', '-f', world.at('ssh/identity')]);
    expect(String(await failureOf(world.fill(addresses().scheme)))).to.contain('needs no passphrase');
  });

  it('says what a server has that can be reached', async () => {
    const error = await failureOf(world.fill(`ssh://root@${server.host}/nowhere`));
    expect(String(error)).to.contain('does not appear to be a git repository');
  });
});
