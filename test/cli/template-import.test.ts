import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { flakyServer, type FlakyServer } from '../import/flaky-server.ts';
import { until } from '../support/until.ts';
import { useDriver } from '../support/use-driver.ts';
import { tomeOn } from './recording-terminal.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');
const content = Buffer.alloc(4_000_000, 'x');
const checksum = `sha256:${createHash('sha256').update(content).digest('hex')}`;

describe('tome template create --from', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true });
  let server: FlakyServer;

  before(async () => {
    await mkdir(at('tree'));
    await writeFile(at('tree/said'), 'imported');
  });
  beforeEach(async () => {
    server = await flakyServer(content);
  });
  afterEach(() => server.close());

  const { at } = driver;
  const { run, succeed } = tomeOn(() => driver.socket);
  const within = async <T>(volume: string, look: (directory: string) => Promise<T>): Promise<T> => {
    await succeed('volume', 'attach', volume, at(volume));
    const result = await look(at(volume));
    await succeed('volume', 'detach', volume);
    return result;
  };
  const names = async () => (await driver.admin.listVolumes({})).volumes.map(({ name }) => name);
  const templates = async () => (await driver.admin.listTemplates({})).templates.map(({ name }) => name);
  const url = () => `${server.origin}/model.bin`;

  /** Begins it in a process of its own; the server sends half, and then nothing. */
  async function halfWay(name: string): Promise<{ end(signal: NodeJS.Signals): Promise<unknown> }> {
    server.breaks.push(...new Array<number>(5).fill(2_000_000));
    server.stalls = true;
    const env = { ...process.env, TOME_SOCKET: driver.socket };
    const child = spawn(process.execPath, [main, 'template', 'create', name, '--from', url()], {
      env,
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    const partial = path.join(driver.stateDir, 'staging', volumeId(`${name}.import`), '.tome-import/download');
    await until(async () => (await stat(partial).catch(() => undefined))?.size === 2_000_000);
    server.breaks.length = 0;
    return {
      end: async (signal) => {
        child.kill(signal);
        return (await exited)[0] as unknown;
      },
    };
  }

  it('never converts a volume that a person has filled from the same source, and works with', async () => {
    await succeed('volume', 'create', 'mine.import', '--from', at('tree'));
    await within('mine.import', (directory) => writeFile(path.join(directory, 'work'), 'of weeks'));
    const { code, notes } = await run('template', 'create', 'mine', '--from', at('tree'));
    expect(code).to.equal(1);
    expect(notes.join('\n')).to.contain('volume "mine.import" exists, but it was filled from');
    expect(await names()).to.include('mine.import');
    expect(await within('mine.import', (directory) => readFile(path.join(directory, 'work'), 'utf8'))).to.equal(
      'of weeks',
    );
    expect(await templates()).not.to.include('mine');
    await succeed('volume', 'rm', 'mine.import');
  });

  it('says in which volume what is imported stays when the template is refused; then the same command goes on', async () => {
    await succeed('quota', 'set', 'few', '--snapshots', '0');
    const refused = await run('template', 'create', 'late', '--from', at('tree'));
    expect(refused.code).to.equal(1);
    expect(refused.notes.join('\n')).to.contain('few').and.contain('tome volume rm late.import');
    expect(await names()).to.include('late.import');
    await succeed('quota', 'rm', 'few');
    await succeed('template', 'create', 'late', '--from', at('tree'));
    expect(await names()).not.to.include('late.import');
    await succeed('template', 'rm', 'late');
  });

  it('takes nothing that was imported before for what has another checksum', async () => {
    await succeed('quota', 'set', 'few', '--snapshots', '0');
    expect((await run('template', 'create', 'checked', '--from', url())).code).to.equal(1);
    await succeed('quota', 'rm', 'few');
    const other = await run('template', 'create', 'checked', '--from', url(), '--checksum', `sha256:${'0'.repeat(64)}`);
    expect(other.code).to.equal(1);
    expect(other.notes.join('\n')).to.contain('volume "checked.import" exists');
    await succeed('volume', 'rm', 'checked.import');
    await succeed('template', 'create', 'checked', '--from', url(), '--checksum', checksum);
    await succeed('template', 'rm', 'checked');
  });

  it('leaves nothing when it is interrupted', async () => {
    const command = await halfWay('cut');
    expect(await command.end('SIGINT')).to.equal(130);
    expect(await names()).not.to.include('cut.import');
    expect(await templates()).not.to.include('cut');
  });

  it('goes on where it was killed, and meanwhile keeps a second one out', async () => {
    const command = await halfWay('killed');
    const busy = await run('template', 'create', 'killed', '--from', url());
    expect(busy.notes.join()).to.contain('is being filled by another process');
    await command.end('SIGKILL');
    expect(await names()).to.include('killed.import');
    await succeed('template', 'create', 'killed', '--from', url());
    expect(server.asked.at(-1)?.range).to.equal('bytes=2000000-');
    expect(await names()).not.to.include('killed.import');
    await succeed('volume', 'create', 'clone', '--template', 'killed');
    const found = await within('clone', (directory) => readFile(path.join(directory, 'model.bin')));
    expect(found.equals(content)).to.equal(true);
  });
});
