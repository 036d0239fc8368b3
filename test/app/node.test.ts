import { expect } from 'chai';
import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectSocket, type Connection } from '../../src/csi/server/client.ts';
import { startDriver } from '../support/driver.ts';
import { freePort } from '../support/free-port.ts';
import { deadKubeconfig, startMode, untilReady, type ModeProcess } from '../support/mode-process.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

const capability = { mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' as const } };

/** Every test without an API server: nothing listens where the kubeconfig says. */
describe('tome node', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let kubelet: string;
  let kubeconfig: string;
  const processes: ModeProcess[] = [];
  const connections: Connection[] = [];

  beforeEach(async () => {
    directory = temporaryDirectory('tome-node');
    kubelet = join(directory.path, 'kubelet');
    kubeconfig = await deadKubeconfig(directory.path);
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.close();
    await Promise.all(processes.splice(0).map((process) => process.end('SIGKILL')));
    await directory.cleanUp();
  });

  const pool = () => {
    const at = (name: string) => join(directory.path, 'state', name);
    return { name: 'default', path: at('pool'), backing: { file: at('pool.img'), size: '1Gi', thin: true } };
  };

  const start = async (config: object = {}) => {
    const common = { kubeletDir: kubelet, stateDir: join(directory.path, 'node'), httpPort: 0, pools: [pool()] };
    const env = { NODE_NAME: 'node-1', KUBECONFIG: kubeconfig };
    const process = await startMode(directory.path, { mode: 'node', config: { ...common, ...config }, env });
    processes.push(process);
    return process;
  };

  const connect = (...path: readonly string[]) => {
    const connection = connectSocket(join(kubelet, ...path));
    connections.push(connection);
    return connection;
  };
  /** Its pools are open, its sockets are there. */
  const isUp = async (process: ModeProcess): Promise<void> => {
    await process.logged('offered to the kubelet');
    await untilReady(csi().service('csi.v1.Identity'));
  };
  const csi = () => connect('plugins/csi.tome.storage/csi.sock');
  const registration = () =>
    connect('plugins_registry/csi.tome.storage-reg.sock').service('pluginregistration.Registration');

  /** Made by a former driver, with a file in it. */
  const volumeInPool = async (): Promise<string> => {
    const driver = await startDriver(directory.path, { pools: [pool()] });
    try {
      const { volume } = await driver.controller.createVolume({
        name: 'data',
        capacityRange: { requiredBytes: 16 * 1024 ** 2 },
        volumeCapabilities: [capability],
      });
      return volume?.volumeId ?? '';
    } finally {
      await driver.close();
    }
  };

  it('serves volumes, health, metrics and the kubelet without an API server, and ends with what is mounted left', async () => {
    const volumeId = await volumeInPool();
    const httpPort = await freePort();
    const process = await start({ httpPort });
    await isUp(process);
    const page = async (name: string) => {
      const response = await fetch(`http://127.0.0.1:${httpPort}/${name}`);
      return { status: response.status, text: await response.text() };
    };

    expect(await registration().getInfo({})).to.deep.equal({
      type: 'CSIPlugin',
      name: 'csi.tome.storage',
      endpoint: join(kubelet, 'plugins/csi.tome.storage/csi.sock'),
      supportedVersions: ['1.0.0'],
    });
    await process.logged('the agent waits for the API server; volumes of this node are served meanwhile');
    expect(await page('healthz')).to.deep.equal({ status: 200, text: 'ok\n' });
    const early = await page('readyz');
    expect(early.status).to.equal(503);
    expect(early.text).to.contain('the kubelet has not asked').and.to.contain('the agent waits for the API server');

    await registration().notifyRegistrationStatus({ pluginRegistered: true });
    expect((await page('readyz')).text).not.to.contain('kubelet');

    const node = csi().service('csi.v1.Node');
    expect(await node.nodeGetInfo({})).to.deep.include({ nodeId: 'node-1' });
    const stagingTargetPath = join(kubelet, 'plugins/staging');
    const targetPath = join(kubelet, 'pods/target');
    await mkdir(join(kubelet, 'pods'), { recursive: true });
    await node.nodeStageVolume({ volumeId, stagingTargetPath, volumeCapability: capability });
    await node.nodePublishVolume({ volumeId, stagingTargetPath, targetPath, volumeCapability: capability });
    await writeFile(join(targetPath, 'note'), 'kept');
    expect(
      (
        await refusalOf(
          node.nodeStageVolume({
            volumeId,
            stagingTargetPath: join(directory.path, 'elsewhere'),
            volumeCapability: capability,
          }),
        )
      ).code,
    ).to.equal('INVALID_ARGUMENT');

    const { text } = await page('metrics');
    expect(text).to.match(/^tome_pool_ready\{pool="default"\} 1$/m);
    expect(text).to.match(/^tome_pool_volumes\{pool="default"\} 1$/m);
    expect(text).to.match(/^tome_pool_loop_devices\{pool="default"\} 1$/m);
    expect(text).to.match(/^tome_kubelet_registered 1$/m);
    expect(text).to.match(/^tome_agent_working 0$/m);
    const count = 'tome_csi_rpc_duration_seconds_count{service="csi.v1.Node",method="NodeStageVolume"';
    expect(text).to.contain(`${count},code="OK"} 1`).and.to.contain(`${count},code="INVALID_ARGUMENT"} 1`);

    expect(await process.end()).to.equal(0);
    expect(await readFile(join(targetPath, 'note'), 'utf8')).to.equal('kept');

    const second = await start();
    await isUp(second);
    const again = csi().service('csi.v1.Node');
    await again.nodeUnpublishVolume({ volumeId, targetPath });
    await again.nodeUnstageVolume({ volumeId, stagingTargetPath });
    expect(await second.end()).to.equal(0);
    expect(await directory.leftovers()).to.deep.equal({ mounts: [], loops: [] });
  });

  it('takes the place of a driver that was killed at once', async () => {
    const first = await start();
    await isUp(first);
    await first.end('SIGKILL');
    const second = await start();
    await isUp(second);
    expect((await registration().getInfo({})).name).to.equal('csi.tome.storage');
    expect(await second.end()).to.equal(0);
  });

  it('waits for a driver that is still there, which serves until it ends', async () => {
    const volumeId = await volumeInPool();
    const first = await start();
    await isUp(first);
    const httpPort = await freePort();
    const second = await start({ httpPort });
    await second.logged('another server answers here, waiting for it to end');

    const stagingTargetPath = join(kubelet, 'plugins/staging');
    const node = csi().service('csi.v1.Node');
    await node.nodeStageVolume({ volumeId, stagingTargetPath, volumeCapability: capability });
    expect((await fetch(`http://127.0.0.1:${httpPort}/healthz`)).status).to.equal(200);
    expect((await fetch(`http://127.0.0.1:${httpPort}/readyz`)).status).to.equal(503);

    expect(await first.end()).to.equal(0);
    await isUp(second);
    expect((await registration().getInfo({})).name).to.equal('csi.tome.storage');
    await csi().service('csi.v1.Node').nodeUnstageVolume({ volumeId, stagingTargetPath });
    expect(await second.end()).to.equal(0);
  });

  it('ends in time while it waits for its place and its pool', async () => {
    const first = await start();
    await isUp(first);
    const second = await start();
    await second.logged('another server answers here, waiting for it to end');
    expect(await second.end()).to.equal(0);
    const socket = join(kubelet, 'plugins/csi.tome.storage/csi.sock');
    expect((await lstat(socket)).isSocket()).to.equal(true);
    expect(await csi().service('csi.v1.Identity').probe({})).to.deep.equal({ ready: { value: true } });
  });

  it('serves its other pools while one is missing, and says so', async () => {
    const broken = { name: 'broken', path: join(directory.path, 'file/below'), nodeNames: ['node-*'] };
    await writeFile(join(directory.path, 'file'), '');
    const httpPort = await freePort();
    const process = await start({
      httpPort,
      pools: [pool(), broken, { ...broken, name: 'other', nodeNames: ['other'] }],
    });
    await process.logged('the CSI socket is served');
    await process.logged('pool is open');
    expect(await process.logged('pool cannot be opened, trying again')).to.include({ pool: 'broken' });
    expect((await fetch(`http://127.0.0.1:${httpPort}/healthz`)).status).to.equal(200);
    const ready = await fetch(`http://127.0.0.1:${httpPort}/readyz`);
    expect(await ready.text()).to.contain('pool broken is not open');
    const metrics = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
    expect(metrics).to.contain('tome_pool_ready{pool="broken"} 0').and.to.contain('tome_pool_ready{pool="default"} 1');
    expect(metrics).not.to.contain('pool="other"');
  });

  it('says which setting is wrong, and ends', async () => {
    const process = await start({ pools: [{ name: 'Wrong', path: '/nowhere' }], kubletDir: '/typo' });
    expect(await process.ended).to.equal(1);
    expect(process.lines.map(({ msg }) => msg).join())
      .to.contain('pools[0].name')
      .and.to.contain('kubletDir');
  });
});
