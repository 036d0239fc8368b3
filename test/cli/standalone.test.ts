import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { freePort } from '../support/free-port.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');

describe('tome standalone', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;

  before(() => {
    directory = temporaryDirectory('tome-standalone');
  });

  after(() => directory.cleanUp());

  const tome = (...args: readonly string[]) =>
    execa(process.execPath, [main, ...args], { cwd: directory.path, env: { TOME_SOCKET: '' }, reject: false });

  it('serves where the commands look for it, until it is told to stop', async () => {
    const driver = tome('standalone', '--pool-size', '512Mi', '--node-name', 'here', '--log-level', 'warn');
    const said = String((await once(driver.stdout, 'data'))[0]);
    expect(said).to.contain(`node here at unix://${directory.path}/.tome/csi.sock`);
    expect(said).not.to.contain('TOME_SOCKET');
    const pools = await tome('pool', 'ls', '-o', 'wide');
    expect(pools.stdout.split('\n')[1]).to.match(/^default +Ready .* here +\/.*\/\.tome\/pool$/);
    expect(await tome('volume', 'create', 'data', '--size', '16Mi')).to.include({ exitCode: 0 });
    driver.kill('SIGINT');
    const { exitCode, stderr } = await driver;
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: '' });
    expect((await tome('volume', 'ls')).stderr).to.contain('no driver answers');
    expect(await directory.leftovers()).to.deep.equal({ mounts: [], loops: [] });
  });

  it('says where it serves when the commands would not look there', async () => {
    const stateDir = `${directory.path}/elsewhere`;
    const driver = tome(
      'standalone',
      '--pool',
      `${directory.path}/none`,
      '--state-dir',
      stateDir,
      '--log-level',
      'fatal',
    );
    const said = String((await once(driver.stdout, 'data'))[0]);
    const [, env = ''] = /^ {2}export TOME_SOCKET=(.*)$/m.exec(said) ?? [];
    expect(env).to.equal(`${stateDir}/csi.sock`);
    expect(await tome('--socket', env, 'volume', 'ls')).to.include({ exitCode: 0 });
    driver.kill('SIGTERM');
    await driver;
  });

  it('shows its health and its metrics where --http-port says', async () => {
    const port = String(await freePort());
    const driver = tome('standalone', '--pool-size', '512Mi', '--log-level', 'warn', '--http-port', port);
    await once(driver.stdout, 'data');
    const page = async (name: string) => (await fetch(`http://127.0.0.1:${port}/${name}`)).text();
    expect(await page('healthz')).to.equal('ok\n');
    expect(await page('readyz')).to.equal('ok\n');
    expect(await tome('volume', 'create', 'seen', '--size', '16Mi')).to.include({ exitCode: 0 });
    const metrics = await page('metrics');
    expect(metrics).to.contain('mode="standalone"').and.to.contain('method="CreateVolume",code="OK"} 1');
    expect(metrics)
      .to.match(/^tome_pool_volumes\{pool="default"\} [1-9]/m)
      .and.to.match(/^tome_agent_working 1$/m);
    driver.kill('SIGTERM');
    expect(await driver).to.include({ exitCode: 0, stderr: '' });
  });

  it('refuses two pools of one name, and a size for a pool that is named', async () => {
    const twice = await tome('standalone', '--pool', '/one', '--pool', '/two');
    expect(twice).to.include({ exitCode: 2 });
    expect(twice.stderr).to.contain('two pools are called default');
    expect(await tome('standalone', '--pool', '/one', '--pool-size', '1Gi')).to.include({ exitCode: 2 });
    expect(await tome('standalone', '--max-volumes-per-node', 'many')).to.include({ exitCode: 2 });
  });
});
