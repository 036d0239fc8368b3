import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { volumeId } from '../../src/domain/ids.ts';
import { flakyServer, type FlakyServer } from '../import/flaky-server.ts';
import { startProcess, type StandaloneProcess } from '../support/standalone-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/until.ts';
import { tomeOn } from '../cli/recording-terminal.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const FILES = 400;

describe('an import that is cut short', function () {
  this.timeout(120_000);
  let directory: TemporaryDirectory;
  let driver: StandaloneProcess;

  before(async () => {
    directory = temporaryDirectory();
    driver = await startProcess(directory.path, { logLevel: 'silent' });
    await mkdir(at('tree'));
    for (let number = 0; number < FILES; number += 1) {
      await writeFile(at(`tree/${number}`), Buffer.alloc(64 * 1024, number));
    }
  });

  after(async () => {
    await driver.close();
    await directory.cleanUpUnused();
  });

  const at = (name: string) => join(directory.path, name);
  const { run, succeed } = tomeOn(() => driver.socket);
  const staged = (name: string, ...below: readonly string[]) =>
    join(driver.stateDir, 'staging', volumeId(name), ...below);
  const isThere = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;

  async function stateOf(name: string): Promise<string | undefined> {
    return (await driver.admin.listVolumes({ volumeId: volumeId(name) })).volumes[0]?.state;
  }

  function start(...args: readonly string[]) {
    const env = { ...process.env, TOME_SOCKET: driver.socket };
    const child = spawn(process.execPath, [main, ...args], { env, stdio: 'ignore' });
    return { child, exited: once(child, 'exit') };
  }

  /** All of the tree, and nothing else. */
  async function expectWhole(name: string): Promise<void> {
    await succeed('volume', 'attach', name, at('mnt'), '--read-only');
    try {
      await execa('diff', ['-r', '--exclude=lost+found', at('tree'), at('mnt')]);
    } finally {
      await succeed('volume', 'detach', name);
    }
  }

  const moments: Readonly<Record<string, (name: string) => Promise<boolean>>> = {
    'when the volume is there': async (name) => (await stateOf(name)) !== undefined,
    'when it is mounted': async (name) => (await directory.leftovers()).mounts.includes(staged(name)),
    'when the workspace is made': (name) => isThere(staged(name, '.tome-import')),
    'after the first file': (name) => isThere(staged(name, '0')),
    'in the middle': async (name) => (await readdir(staged(name)).catch(() => [])).length > FILES / 2,
    'when all is there': async (name) => (await readdir(staged(name)).catch(() => [])).length >= FILES + 2,
    'when the workspace is gone': async (name) =>
      (await isThere(staged(name, '0'))) && !(await isThere(staged(name, '.tome-import'))),
  };
  for (const [moment, hasCome] of Object.entries(moments)) {
    it(`is no volume that can be used, and becomes a whole one: killed ${moment}`, async () => {
      const name = moment.replaceAll(' ', '-');
      const args = ['volume', 'create', name, '--from', at('tree')];
      const { child, exited } = start(...args);
      await until(async () => child.exitCode !== null || (await hasCome(name)));
      child.kill('SIGKILL');
      await exited;
      const state = await stateOf(name);
      expect(state).to.be.oneOf(['Creating', 'Populating', 'Ready']);
      if (state === 'Ready') await expectWhole(name);
      else expect((await run('volume', 'attach', name, at('mnt'))).code).to.equal(1);
      await until(async () => (await run(...args)).code === 0);
      expect(await stateOf(name)).to.equal('Ready');
      await expectWhole(name);
      await succeed('volume', 'rm', name);
      expect((await directory.leftovers()).mounts).to.deep.equal([driver.poolPath]);
    });
  }

  /** Not when its length is asked for, before there is a volume. */
  function breakAsItIsFilled(server: FlakyServer, name: string): void {
    server.breaks.push(2_000_000);
    server.breaksNow = () => existsSync(staged(name, '.tome-import'));
  }

  it('is taken up again when the driver was killed, and another command has it to itself', async () => {
    const server = await flakyServer(Buffer.alloc(4 * 1024 ** 2, 7));
    breakAsItIsFilled(server, 'outlived');
    server.stalls = true;
    const args = ['volume', 'create', 'outlived', '--from', `${server.origin}/file.bin`];
    const { child, exited } = start(...args);
    await until(
      async () => (await stat(staged('outlived', '.tome-import/download')).catch(() => undefined))?.size === 2_000_000,
    );
    await driver.kill();
    driver = await startProcess(directory.path, { logLevel: 'silent' });
    expect(await stateOf('outlived')).to.equal('Populating');
    expect((await run(...args)).notes.join()).to.contain('is being filled by another process');
    expect((await run('volume', 'attach', 'outlived', at('mnt'))).code).to.equal(1);
    child.kill('SIGKILL');
    await exited;
    await succeed(...args);
    expect(server.asked.at(-1)?.range).to.equal('bytes=2000000-');
    expect(await stateOf('outlived')).to.equal('Ready');
    await server.close();
    await succeed('volume', 'rm', 'outlived');
  });

  it('is finished by the same command when the driver was gone at its end', async () => {
    const server = await flakyServer(Buffer.alloc(4 * 1024 ** 2, 7));
    breakAsItIsFilled(server, 'alone');
    const args = ['volume', 'create', 'alone', '--from', `${server.origin}/file.bin`];
    const killed = new Promise<void>((resolve) => {
      server.onBreak = () => void driver.kill().then(resolve);
    });
    const { exited } = start(...args);
    await killed;
    const [code] = (await exited) as [number];
    expect(code).to.equal(1);
    driver = await startProcess(directory.path, { logLevel: 'silent' });
    expect(await stateOf('alone')).to.equal('Populating');
    await succeed(...args);
    expect(await stateOf('alone')).to.equal('Ready');
    await server.close();
    await succeed('volume', 'rm', 'alone');
  });
});
