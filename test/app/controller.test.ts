import { expect } from 'chai';
import { chmod, chown, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectSocket, type Connection } from '../../src/csi/server/client.ts';
import { freePort } from '../support/free-port.ts';
import { deadKubeconfig, startMode, type ModeProcess } from '../support/mode-process.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

const NOBODY = 65_534;

describe('tome controller', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let controller: ModeProcess | undefined;
  let connection: Connection | undefined;

  beforeEach(() => {
    directory = temporaryDirectory('tome-controller');
  });
  afterEach(async () => {
    connection?.close();
    await controller?.end('SIGKILL');
    await directory.cleanUp();
  });

  it('serves as nobody, without storage and before the API server answers, and says what it lacks', async () => {
    const sockets = join(directory.path, 'csi');
    await mkdir(sockets);
    await chown(sockets, NOBODY, NOBODY);
    await chmod(directory.path, 0o755);
    const httpPort = await freePort();
    const socket = join(sockets, 'csi.sock');
    const env = { KUBECONFIG: await deadKubeconfig(directory.path) };
    const config = { socket, httpPort, httpAddress: '127.0.0.1' };
    controller = await startMode(directory.path, { mode: 'controller', config, env, uid: NOBODY });
    await controller.logged('the CSI socket is served');
    connection = connectSocket(socket);

    const identity = connection.service('csi.v1.Identity');
    expect((await identity.getPluginInfo({})).name).to.equal('csi.tome.storage');
    expect(await refusalOf(identity.probe({}))).to.include({ code: 'FAILED_PRECONDITION' });
    const csi = connection.service('csi.v1.Controller');
    const { capabilities } = await csi.controllerGetCapabilities({});
    expect(capabilities.map(({ rpc }) => rpc?.type)).to.include('CREATE_DELETE_VOLUME');
    expect((await refusalOf(csi.createVolume({ name: '' }))).code).to.equal('INVALID_ARGUMENT');

    const page = async (name: string) => {
      const response = await fetch(`http://127.0.0.1:${httpPort}/${name}`);
      return { status: response.status, text: await response.text() };
    };
    expect(await page('healthz')).to.deep.equal({ status: 200, text: 'ok\n' });
    const ready = await page('readyz');
    expect(ready.status).to.equal(503);
    expect(ready.text).to.contain('the driver is not ready');
    const { text } = await page('metrics');
    expect(text).to.contain('mode="controller"');
    expect(text).to.contain('method="CreateVolume",code="INVALID_ARGUMENT"} 1');

    const mapped = await readFile(`/proc/${controller.pid}/maps`, 'utf8');
    expect(mapped).to.contain('/node');
    expect(mapped).not.to.contain('koffi');
    expect(await controller.end()).to.equal(0);
  });

  it('says which setting is wrong, and ends', async () => {
    controller = await startMode(directory.path, { mode: 'controller', config: { pools: [] } });
    await controller.logged('tome: configuration: ✖ Unrecognized key: "pools"');
    expect(await controller.ended).to.equal(1);
  });
});
