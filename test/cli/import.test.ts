import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { callErrorOf } from '../../src/cli/call-error.ts';
import { connectDriver } from '../../src/cli/client.ts';
import { Ids } from '../../src/cli/ids.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import { fillVolume } from '../../src/cli/volume/create-filled.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { flakyServer, type FlakyServer } from '../import/flaky-server.ts';
import { useDriver } from '../support/use-driver.ts';
import { until } from '../support/until.ts';
import { tomeOn } from './recording-terminal.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');
const content = randomBytes(4 * 1024 ** 2);

interface Running {
  /** By a signal; its exit code, 0 when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number>;
}

describe('tome volume create --from', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true });
  let server: FlakyServer;

  before(async () => {
    await mkdir(at('tree'));
    await writeFile(at('tree/text'), 'hello');
  });

  beforeEach(async () => {
    server = await flakyServer(content);
  });

  afterEach(async () => {
    await server.close();
    expect((await driver.directory.leftovers()).mounts).to.deep.equal([driver.poolPath]);
  });

  const { at } = driver;
  const { run, succeed } = tomeOn(() => driver.socket);
  /** In a process of its own, which can be ended. */
  function start(...args: readonly string[]): Running {
    const env = { ...process.env, TOME_SOCKET: driver.socket };
    const child = spawn(process.execPath, [main, ...args], { env, stdio: 'ignore' });
    const exited = once(child, 'exit');
    return {
      end: async (signal) => {
        child.kill(signal);
        return Number((await exited)[0]);
      },
    };
  }

  const states = async () => {
    const { volumes } = await driver.admin.listVolumes({});
    return Object.fromEntries(volumes.map(({ name, state }) => [name, state]));
  };

  async function within<T>(name: string, look: (mounted: string) => Promise<T>): Promise<T> {
    await succeed('volume', 'attach', name, at(`at-${name}`), '--read-only');
    try {
      return await look(at(`at-${name}`));
    } finally {
      await succeed('volume', 'detach', name);
    }
  }

  it('makes a volume of a directory, as large as it has to be, and import does the same', async () => {
    const out = await succeed('volume', 'create', 'from-tree', '--from', at('tree'));
    expect(out).to.deep.equal(['volume from-tree is there: 80Mi, ext4, in pool default']);
    await succeed('volume', 'import', 'imported', at('tree'));
    for (const name of ['from-tree', 'imported']) {
      expect(await within(name, (mounted) => readFile(path.join(mounted, 'text'), 'utf8'))).to.equal('hello');
    }
    const again = await succeed('volume', 'create', 'from-tree', '--from', at('tree'));
    expect(again).to.deep.equal(['volume from-tree exists already: 80Mi, ext4, in pool default']);
    const other = await run('volume', 'create', 'from-tree', '--from', at('tree/text'));
    expect(other.notes[0]).to.contain(`it was filled from ${at('tree')}: choose another name`);
    expect((await succeed('volume', 'show', 'from-tree')).join('\n')).to.contain(`made from:    ${at('tree')}\n`);
    expect((await run('volume', 'create', 'from-tree', '--size', '80Mi')).notes[0]).to.contain(at('tree'));
  });

  for (const fs of ['ext4', 'xfs', 'btrfs']) {
    it(`has room for many small files and for a large one in ${fs}, by the size it chooses`, async () => {
      await mkdir(at(`many-${fs}`));
      for (let number = 0; number < 4000; number += 1) await writeFile(at(`many-${fs}/${number}`), 'x');
      await succeed('volume', 'create', `many-${fs}`, '--from', at(`many-${fs}`), '--fs', fs);
      await writeFile(at(`large-${fs}`), randomBytes(200 * 1024 ** 2));
      await succeed('volume', 'create', `large-${fs}`, '--from', at(`large-${fs}`), '--fs', fs);
      expect(await within(`many-${fs}`, (mounted) => readdir(mounted))).to.include.members(['0', '3999']);
      const { size } = await within(`large-${fs}`, (mounted) => stat(path.join(mounted, `large-${fs}`)));
      expect(size).to.equal(200 * 1024 ** 2);
      await succeed('volume', 'rm', `many-${fs}`, `large-${fs}`);
    });
  }

  it('makes a volume of one file at an address, which it gets with an account', async () => {
    server.password = 'Bearer secret-word';
    await writeFile(at('account'), 'token=secret-word\n');
    await chmod(at('account'), 0o600);
    const url = `${server.origin}/model.bin`;
    const refused = await run('volume', 'create', 'model', '--from', url);
    expect(refused.notes[0]).to.contain('401').and.contain('--credentials-file');
    await succeed('volume', 'create', 'model', '--from', url, '--credentials-file', at('account'));
    const found = await within('model', (mounted) => readFile(path.join(mounted, 'model.bin')));
    expect(found.equals(content)).to.equal(true);
    expect(JSON.stringify(await driver.admin.listVolumes({}))).not.to.contain('secret-word');
    await succeed('volume', 'rm', 'model');
  });

  it('asks for a size that it cannot know, and refuses one that is too small, before anything is made', async () => {
    const unknown = await run('volume', 'create', 'none', '--from', '-');
    expect(unknown.notes).to.deep.equal([
      'tome: nobody knows how much is in stdin before it is read',
      'hint: say it with --size',
    ]);
    const small = await run('volume', 'create', 'none', '--from', `${server.origin}/model.bin`, '--size', '1Mi');
    expect(small.notes[0]).to.contain('4194304 bytes');
    expect(await states()).not.to.have.property('none');
  });

  it('says at once that a server cannot be reached, and makes nothing', async () => {
    const closed = await flakyServer(content);
    await closed.close();
    for (const origin of ['http://nowhere.invalid', closed.origin]) {
      for (const name of ['model.bin', 'model.tar.gz']) {
        const start = performance.now();
        const { code, notes } = await run('volume', 'create', 'far', '--from', `${origin}/${name}`, '--size', '1Gi');
        expect(performance.now() - start).to.be.below(15_000);
        expect(code).to.equal(1);
        expect(notes[0]).to.contain(`${origin}/${name} cannot be reached: `);
        expect(await states()).not.to.have.property('far');
      }
    }
  });

  it('leaves nothing of what could not be imported', async () => {
    const wrong = `sha256:${'0'.repeat(64)}`;
    const args = ['volume', 'create', 'wrong', '--from', `${server.origin}/model.bin`, '--checksum', wrong];
    const { code, notes } = await run(...args);
    expect(code).to.equal(1);
    expect(notes).to.include('volume wrong is not filled, and deleted again');
    expect(notes.at(-1)).to.contain('has the checksum sha256:');
    expect(await states()).not.to.have.property('wrong');
  });

  /** The server sends half of it, and then nothing. */
  async function halfWay(name: string): Promise<Running> {
    // One is for its length alone, and one whose connection went may be sent again.
    server.breaks.push(...new Array<number>(5).fill(2_000_000));
    server.stalls = true;
    const command = start('volume', 'create', name, '--from', `${server.origin}/model.bin`);
    // Not only on its way, but written.
    const partial = path.join(driver.stateDir, 'staging', volumeId(name), '.tome-import/download');
    await until(async () => (await stat(partial).catch(() => undefined))?.size === 2_000_000);
    server.breaks.length = 0;
    return command;
  }

  it('leaves nothing when it is interrupted', async () => {
    const command = await halfWay('cut');
    expect(await states()).to.have.property('cut', 'Populating');
    expect(await command.end('SIGINT')).to.equal(130);
    expect(await states()).not.to.have.property('cut');
  });

  it('is not deleted by a command that is interrupted once another one has finished it', async () => {
    await succeed('volume', 'create', 'raced', '--from', at('tree'));
    const { volumes } = await driver.admin.listVolumes({ volumeId: volumeId('raced') });
    const connection = await connectDriver(driver.socket);
    const terminal = { ...processTerminal(AbortSignal.abort()), note: () => undefined };
    const context = { terminal, driver: connection, ids: new Ids(), socket: driver.socket };
    const source = { kind: 'tree', label: at('tree'), path: at('tree') } as const;
    for (const volume of volumes) {
      // What this one has seen of it before.
      const filling = fillVolume(context, { ...volume, state: 'Populating' }, { source, credentials: {}, size: 0 });
      expect(await filling.catch(callErrorOf)).to.include({ code: 'CANCELLED' });
    }
    connection.close();
    expect(await within('raced', (mounted) => readFile(path.join(mounted, 'text'), 'utf8'))).to.equal('hello');
  });

  it('is no volume when it is killed, and the same command goes on', async () => {
    const command = await halfWay('killed');
    const busy = await run('volume', 'create', 'killed', '--from', `${server.origin}/model.bin`);
    expect(busy.notes.join()).to.contain('is being filled by another process');
    expect((await run('volume', 'rm', 'killed')).code).to.equal(1);
    await command.end('SIGKILL');
    expect(await states()).to.have.property('killed', 'Populating');
    expect((await succeed('volume', 'ls')).join('\n')).to.match(/^killed +Populating/m);
    const attached = await run('volume', 'attach', 'killed', at('refused'));
    expect(attached.notes[0]).to.contain('not filled yet');
    expect((await run('snapshot', 'create', 'early', '--volume', 'killed')).code).to.equal(1);

    await succeed('volume', 'create', 'killed', '--from', `${server.origin}/model.bin`);
    expect(server.asked.at(-1)?.range).to.equal('bytes=2000000-');
    const found = await within('killed', async (mounted) => [
      (await readFile(path.join(mounted, 'model.bin'))).equals(content),
      (await readdir(mounted)).sort(),
    ]);
    expect(found).to.deep.equal([true, ['lost+found', 'model.bin']]);
  });

  it('can be given up after it was killed', async () => {
    const command = await halfWay('given-up');
    await command.end('SIGKILL');
    expect(await succeed('volume', 'rm', 'given-up')).to.deep.equal(['volume given-up is deleted']);
    expect(await states()).not.to.have.property('given-up');
  });

  it('keeps what it has where the server is gone, for the same command later', async () => {
    await (await halfWay('later')).end('SIGKILL');
    await server.close();
    const gone = await run('volume', 'create', 'later', '--from', `${server.origin}/model.bin`);
    expect(gone.code).to.equal(1);
    expect(await states()).to.have.property('later', 'Populating');
    server = await flakyServer(content);
    await succeed('volume', 'rm', 'later');
  });

  it('fills a directory without a driver, too', async () => {
    const { out } = await run('import', `${server.origin}/model.bin`, at('plain'));
    expect(out).to.deep.equal([`${at('plain')} has all of ${server.origin}/model.bin`]);
    expect((await readFile(at('plain/model.bin'))).equals(content)).to.equal(true);
  });
});
