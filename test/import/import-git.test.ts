import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { execa } from 'execa';
import { failureOf } from '../support/failure.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { importWorld, type ImportWorld } from './import-world.ts';

const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];

describe('a git repository that is imported', function () {
  this.timeout(60_000);
  let world: ImportWorld;
  let first: string;

  before(async () => {
    world = importWorld();
    await world.make('origin');
    const git = async (...args: readonly string[]) =>
      (await execa('git', ['-C', world.at('origin'), ...identity, ...args])).stdout;
    await git('init', '--quiet');
    for (const text of ['one', 'two', 'three']) {
      await writeFile(world.at('origin/text'), text);
      await git('add', '.');
      await git('commit', '--quiet', '-m', text);
      if (text === 'one') await git('tag', '-a', 'v1.0', '-m', 'the first');
      if (text === 'two') await git('branch', 'stable');
    }
    first = await git('rev-parse', 'HEAD~2');
    await execa('git', ['clone', '--quiet', '--bare', world.at('origin'), world.at('served.git')]);
    await execa('git', ['-C', world.at('served.git'), 'update-server-info']);
  });

  afterEach(() => execa('rm', ['-rf', world.at('into')]));
  after(() => world.cleanUp());

  const text = () => readFile(world.into('text'), 'utf8');

  it('has the files of its branch, of another one, of a tag or of a commit', async () => {
    const url = `git+file://${world.at('served.git')}`;
    for (const [ref, wanted] of [
      ['', 'three'],
      ['#stable', 'two'],
      ['#v1.0', 'one'],
      [`#${first}`, 'one'],
      [`#${first.slice(0, 10)}`, 'one'],
    ] as const) {
      await world.fill(`${url}${ref}`);
      expect(await text(), ref).to.equal(wanted);
      expect(await world.names()).to.deep.equal(['.git', 'text']);
      expect((await execa('git', ['-C', world.into(), 'status', '--porcelain'])).stdout).to.equal('');
      await execa('rm', ['-r', world.at('into')]);
    }
    await world.fill(url, { gitRef: 'stable' });
    expect(await text()).to.equal('two');
  });

  it('says what it lacks', async () => {
    const url = `git+file://${world.at('served.git')}`;
    for (const [source, why] of [
      [`${url}#nothing`, "couldn't find remote ref nothing"],
      [`${url}#${'0'.repeat(40)}`, '0000'],
      [`git+file://${world.at('nowhere')}`, 'does not appear to be a git repository'],
    ] as const) {
      const error = await failureOf(world.fill(source));
      expect(error).to.include({ reason: 'FailedPrecondition' });
      expect(String(error)).to.contain(why);
      expect(await world.names()).to.include('.tome-import');
    }
  });

  it("is read over git's own protocol", async () => {
    const port = String(await freePort());
    const where = [`--base-path=${world.at()}`, `--port=${port}`, '--listen=127.0.0.1'];
    const daemon = execa('git', ['daemon', '--export-all', '--reuseaddr', ...where], { reject: false });
    try {
      const url = `git://127.0.0.1:${port}/served.git`;
      await until(async () => (await execa('git', ['ls-remote', url], { reject: false })).exitCode === 0);
      await world.fill(`${url}#stable`);
      expect(await text()).to.equal('two');
    } finally {
      daemon.kill();
      await daemon;
    }
  });

  it('is read over http by an account, which no message tells', async () => {
    const seen: (string | undefined)[] = [];
    const wanted = `Basic ${Buffer.from('me:secret word').toString('base64')}`;
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      if (request.headers.authorization !== wanted) return void response.writeHead(401).end();
      const [place = ''] = (request.url ?? '').split('?');
      readFile(world.at(`.${place}`)).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/served.git`;
    try {
      await world.fill(`${url}#v1.0`, { credentials: { username: 'me', password: 'secret word' } });
      expect(await text()).to.equal('one');
      expect(await readFile(world.into('.git/config'), 'utf8')).not.to.match(/secret|Authorization/);
      await execa('rm', ['-r', world.at('into')]);
      const refused = await failureOf(world.fill(url, { credentials: { username: 'me', password: 'wrong word' } }));
      expect(refused).to.include({ reason: 'FailedPrecondition' });
      expect(String(refused)).not.to.match(/wrong word|bWU6/);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(seen).to.include(wanted);
  });

  it('is followed to another server without an account, and with one is refused before that sees anything', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const [place = ''] = (request.url ?? '').split('?');
      readFile(world.at(`.${place}`)).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      );
    });
    const server = createServer((request, response) => {
      response.writeHead(302, { location: `${originOf(elsewhere)}${request.url ?? ''}` }).end();
    });
    for (const one of [elsewhere, server]) await once(one.listen(0, '127.0.0.1'), 'listening');
    const url = `${originOf(server)}/served.git`;
    // Whoever runs it may have allowed more.
    const own = `[http "${originOf(server)}/"]\n  followRedirects = true\n`;
    await writeFile(world.at('gitconfig'), own);
    const before = process.env['GIT_CONFIG_GLOBAL'];
    process.env['GIT_CONFIG_GLOBAL'] = world.at('gitconfig');
    try {
      const refused = await failureOf(world.fill(url, { credentials: { token: 'top-secret' } }));
      expect(seen).to.deep.equal([]);
      expect(refused).to.include({ reason: 'FailedPrecondition' });
      expect(String(refused)).to.contain('give the address that it leads to');
      await world.fill(url);
      expect(await text()).to.equal('three');
      expect(new Set(seen)).to.deep.equal(new Set([undefined]));
    } finally {
      if (before === undefined) delete process.env['GIT_CONFIG_GLOBAL'];
      else process.env['GIT_CONFIG_GLOBAL'] = before;
      for (const one of [elsewhere, server]) {
        one.closeAllConnections();
        one.close();
      }
    }
  });

  it('runs nothing that is in it', async () => {
    await world.make('evil');
    const git = (...args: readonly string[]) => execa('git', ['-C', world.at('evil'), ...identity, ...args]);
    await git('init', '--quiet');
    await writeFile(world.at('evil/.gitattributes'), '* filter=harm\n');
    await world.make('evil/hooks');
    await writeFile(world.at('evil/hooks/post-checkout'), `#!/bin/sh\ntouch ${world.at('harm')}\n`, { mode: 0o755 });
    await writeFile(world.at('evil/.gitmodules'), '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% harm\n');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'evil');
    await world.fill(`git+file://${world.at('evil')}`);
    expect(await failureOf(stat(world.at('harm')))).to.have.property('code', 'ENOENT');
  });
});

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
