import { expect } from 'chai';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectSocket, type Connection } from '../../src/csi/server/client.ts';
import { topologyOf } from '../../src/domain/topology.ts';
import { sharedApiServer, type TestApiServer } from '../support/api-server.ts';
import { freePort } from '../support/free-port.ts';
import { startMode, untilReady, type ModeProcess } from '../support/mode-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

const volumeCapability = { mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' as const } };

/** Both modes as processes of their own, with a real API server between them. */
describe('tome controller and tome node', function () {
  this.timeout(120_000);
  let server: TestApiServer;
  let directory: TemporaryDirectory;
  const processes = new Set<ModeProcess>();
  const connections: Connection[] = [];

  before(async () => {
    server = await sharedApiServer();
    directory = temporaryDirectory('tome-cluster-modes');
  });
  after(async () => {
    for (const connection of connections) connection.close();
    await Promise.all([...processes].map((process) => process.end('SIGKILL')));
    await directory.cleanUp();
  });

  const at = (...names: readonly string[]) => join(directory.path, ...names);
  const connect = (socket: string) => {
    const connection = connectSocket(socket);
    connections.push(connection);
    return connection;
  };

  const startNode = async (httpPort: number) => {
    const backing = { file: at('pool.img'), size: '1Gi', thin: true };
    const pools = [{ name: 'default', path: at('pool'), backing }];
    const config = {
      kubeletDir: at('kubelet'),
      stateDir: at('state'),
      httpPort,
      pools,
      driverName: 'csi.tome.storage',
    };
    const env = { NODE_NAME: 'modes-1', KUBECONFIG: server.kubeconfig };
    const process = await startMode(directory.path, { mode: 'node', config, env });
    processes.add(process);
    await process.logged('offered to the kubelet');
    await process.logged('the API server answers, the agent is at work');
    const connection = connect(at('kubelet/plugins/csi.tome.storage/csi.sock'));
    await untilReady(connection.service('csi.v1.Identity'));
    const registration = connect(at('kubelet/plugins_registry/csi.tome.storage-reg.sock'));
    await registration.service('pluginregistration.Registration').notifyRegistrationStatus({ pluginRegistered: true });
    return { process, csi: connection.service('csi.v1.Node') };
  };

  const startController = async () => {
    const config = { socket: at('controller.sock'), httpPort: 0 };
    const process = await startMode(directory.path, {
      mode: 'controller',
      config,
      env: { KUBECONFIG: server.kubeconfig },
    });
    processes.add(process);
    await process.logged('the CSI socket is served');
    const connection = connect(config.socket);
    await untilReady(connection.service('csi.v1.Identity'));
    return { process, csi: connection.service('csi.v1.Controller') };
  };

  it('make a volume, serve it while each of them is killed and started again, and take it away', async () => {
    const httpPort = await freePort();
    let node = await startNode(httpPort);
    let controller = await startController();
    const ready = await fetch(`http://127.0.0.1:${httpPort}/readyz`);
    expect([ready.status, await ready.text()]).to.deep.equal([200, 'ok\n']);

    const wish = {
      name: 'pvc-1',
      capacityRange: { requiredBytes: 16 * 1024 ** 2 },
      volumeCapabilities: [volumeCapability],
      accessibilityRequirements: { requisite: [topologyOf('modes-1')] },
    };
    const { volume } = await controller.csi.createVolume(wish);
    const volumeId = volume?.volumeId ?? '';
    const volumeContext = volume?.volumeContext ?? {};
    const use = {
      volumeId,
      volumeContext,
      volumeCapability,
      stagingTargetPath: at('kubelet/plugins/staging'),
      targetPath: at('kubelet/pods/target'),
    };
    await mkdir(at('kubelet/pods'));
    await node.csi.nodeStageVolume(use);
    await node.csi.nodePublishVolume(use);
    await writeFile(join(use.targetPath, 'note'), 'kept');

    await node.process.end('SIGKILL');
    await controller.process.end('SIGKILL');
    controller = await startController();
    expect((await controller.csi.createVolume(wish)).volume?.volumeId).to.equal(volumeId);
    node = await startNode(httpPort);
    await node.csi.nodePublishVolume(use);
    expect(await readFile(join(use.targetPath, 'note'), 'utf8')).to.equal('kept');
    const metrics = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
    expect(metrics)
      .to.match(/^tome_agent_working 1$/m)
      .and.to.match(/^tome_pool_volumes\{pool="default"\} 1$/m);

    const { entries } = await controller.csi.listVolumes({});
    expect(entries.map((entry) => entry.volume?.volumeId)).to.include(volumeId);
    await node.csi.nodeUnpublishVolume(use);
    await node.csi.nodeUnstageVolume(use);
    await controller.csi.deleteVolume({ volumeId });
    expect(await node.process.end()).to.equal(0);
    expect(await controller.process.end()).to.equal(0);
    expect(await directory.leftovers()).to.deep.equal({ mounts: [], loops: [] });
  });
});
