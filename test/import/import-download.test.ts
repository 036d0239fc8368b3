import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { measureSource } from '../../src/import/measure.ts';
import { parseSource } from '../../src/import/parse-source.ts';
import type { Progress } from '../../src/import/source.ts';
import { failureOf } from '../support/failure.ts';
import { flakyServer, type FlakyServer } from './flaky-server.ts';
import { importWorld, type ImportWorld } from './import-world.ts';

const content = randomBytes(3 * 1024 ** 2);
const checksum = `sha256:${createHash('sha256').update(content).digest('hex')}`;

describe('a download', function () {
  this.timeout(60_000);
  let world: ImportWorld;
  let server: FlakyServer;

  beforeEach(async () => {
    world = importWorld();
    server = await flakyServer(content);
  });

  afterEach(async () => {
    await server.close();
    await world.cleanUp();
  });

  const ranges = () => server.asked.map(({ range }) => range);

  async function expectContent(wanted = content): Promise<void> {
    expect(await world.names()).to.deep.equal(['model.bin']);
    expect((await readFile(world.into('model.bin'))).equals(wanted)).to.equal(true);
  }

  it('is one file under its own name, also behind a redirect, with its length told before', async () => {
    const source = await parseSource(`${server.origin}/elsewhere/model.bin?sign=1`, { cwd: '/' });
    const measured = await measureSource(source, {}, new AbortController().signal);
    expect(measured).to.deep.equal({ bytes: content.length, files: 1 });
    const told: Progress[] = [];
    await world.fill(`${server.origin}/elsewhere/model.bin`, { checksum, onProgress: (one) => told.push(one) });
    await expectContent();
    expect(told.at(-1)).to.deep.equal({ doneBytes: content.length, totalBytes: content.length });
  });

  it('goes on where the connection broke, as often as it breaks', async () => {
    server.breaks.push(1_000_000, 500_000, 0);
    server.refusals.push(503);
    await world.fill(`${server.origin}/model.bin`, { checksum });
    await expectContent();
    expect(ranges()).to.have.length(5);
    expect(ranges().slice(0, 2)).to.deep.equal([undefined, undefined]);
    expect(ranges().at(-1)).to.match(/^bytes=[1-9]\d+-$/);
  });

  it('begins anew when it is another file by then, and never mixes the two', async () => {
    const other = randomBytes(2 * 1024 ** 2);
    server.breaks.push(1_000_000);
    server.onBreak = () => Object.assign(server, { content: other, etag: '"two"' });
    await world.fill(`${server.origin}/model.bin`);
    await expectContent(other);
    expect(ranges()[1]).to.match(/^bytes=/);
  });

  it('begins anew where the server sends the rest of another file, told by its ETag, or by none', async () => {
    const other = randomBytes(2 * 1024 ** 2);
    server.ignoresConditions = true;
    for (const etag of ['"two"', undefined]) {
      Object.assign(server, { content, etag: '"one"' });
      server.breaks.push(1_000_000);
      server.onBreak = () => Object.assign(server, { content: other, etag });
      await world.fill(`${server.origin}/model.bin`);
      await expectContent(other);
      expect(ranges().at(-2)).to.match(/^bytes=/);
      await execa('rm', ['-r', world.at('into')]);
    }
  });

  it('is not whole because another file is as long as what is there of it', async () => {
    server.ignoresConditions = true;
    await world.make('into/.tome-import');
    await writeFile(world.into('.tome-import/download'), Buffer.alloc(content.length, 1));
    const note = { label: `${server.origin}/model.bin`, validator: '"older"' };
    await writeFile(world.into('.tome-import/download.json'), JSON.stringify(note));
    await world.fill(`${server.origin}/model.bin`);
    await expectContent();
  });

  it('begins anew where the server cannot tell whether it is the same file', async () => {
    for (const [etag, ignoresRanges] of [
      [undefined, false],
      ['W/"weak"', false],
      ['"strong"', true],
    ] as const) {
      Object.assign(server, { etag, ignoresRanges });
      server.breaks.push(1_000_000);
      await world.fill(`${server.origin}/model.bin`, { checksum });
      await expectContent();
      await execa('rm', ['-r', world.at('into')]);
    }
  });

  it('gives up on a file that is another one each time', async () => {
    // More than it takes: of some nothing may arrive, and then it is no other file yet.
    server.breaks.push(...Array.from({ length: 40 }, () => 1000));
    server.onBreak = () => (server.etag = `"${server.asked.length}"`);
    expect(String(await failureOf(world.fill(`${server.origin}/model.bin`)))).to.contain('changes again and again');
  });

  it('goes on where an attempt ended, which may have been killed, if it is the same file still', async () => {
    const started = 2_000_000;
    const begin = async (validator: string) => {
      await world.make('into/.tome-import');
      await writeFile(world.into('.tome-import/download'), content.subarray(0, started));
      const note = { label: `${server.origin}/model.bin`, validator };
      await writeFile(world.into('.tome-import/download.json'), JSON.stringify(note));
    };
    await begin('"one"');
    await world.fill(`${server.origin}/model.bin`, { checksum });
    await expectContent();
    expect(ranges()).to.deep.equal([`bytes=${started}-`]);

    await execa('rm', ['-r', world.at('into')]);
    await begin('"older"');
    await writeFile(world.into('.tome-import/download'), Buffer.alloc(started, 1));
    await world.fill(`${server.origin}/model.bin`, { checksum });
    await expectContent();

    // All of it was there, and not yet under its name.
    await execa('rm', ['-r', world.at('into')]);
    await begin('"one"');
    await writeFile(world.into('.tome-import/download'), content);
    await world.fill(`${server.origin}/model.bin`, { checksum });
    await expectContent();
  });

  it('is not kept with another checksum than was asked for', async () => {
    const error = await failureOf(world.fill(`${server.origin}/model.bin`, { checksum: `sha256:${'0'.repeat(64)}` }));
    expect(error).to.include({ reason: 'DataLoss' });
    expect(await world.names()).to.deep.equal(['.tome-import']);
    expect(await readFile(world.into('.tome-import/download'))).to.have.length(0);
  });

  it('is refused where there is nothing, or no right to it, without a second try', async () => {
    server.refusals.push(404, 403);
    expect(await failureOf(world.fill(`${server.origin}/model.bin`))).to.include({ reason: 'NotFound' });
    expect(String(await failureOf(world.fill(`${server.origin}/model.bin`)))).to.contain('--credentials-file');
    expect(server.asked).to.have.length(2);
  });

  it('says that it may go on later when the server is gone', async () => {
    server.refusals.push(...Array<number>(7).fill(503));
    const error = await failureOf(world.fill(`${server.origin}/model.bin`));
    expect(error).to.include({ reason: 'Unavailable' });
    expect(String(error)).to.contain('503');
  });

  it('has an account, which no message tells', async () => {
    server.password = `Basic ${Buffer.from('me:secret word').toString('base64')}`;
    const credentials = { username: 'me', password: 'secret word' };
    await world.fill(`${server.origin}/elsewhere/model.bin`, { checksum, credentials });
    await expectContent();
    server.password = 'Bearer tok';
    const error = await failureOf(world.fill(`${server.origin}/other.bin`, { credentials }));
    expect(error).to.be.instanceOf(Error);
  });

  it('can be an archive, unpacked as it comes, over connections that break', async () => {
    await world.make('tree');
    for (let number = 0; number < 20; number += 1) await writeFile(world.at(`tree/${number}`), randomBytes(100_000));
    await execa('tar', ['-C', world.at('tree'), '-czf', world.at('all.tgz'), '.']);
    server.content = await readFile(world.at('all.tgz'));
    server.breaks.push(500_000, 300_000);
    await world.fill(`${server.origin}/all.tgz`);
    await execa('diff', ['-r', world.at('tree'), world.into()]);
    expect(ranges().filter((range) => range !== undefined)).to.have.length(2);

    await execa('rm', ['-r', world.at('into')]);
    server.breaks.push(500_000);
    server.onBreak = () => (server.etag = '"another"');
    await world.fill(`${server.origin}/all.tgz`);
    await execa('diff', ['-r', world.at('tree'), world.into()]);
    expect(ranges().at(-1)).to.equal(undefined);
  });
});
