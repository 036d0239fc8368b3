import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { openKubernetesCatalog } from '../../src/catalog/kubernetes/open-kubernetes-catalog.ts';
import { connectSocket, type Connection, type ServiceClient } from '../../src/csi/server/client.ts';
import { silent } from '../catalog/kubernetes/silent.ts';
import { wipe } from '../catalog/kubernetes/wipe.ts';
import { sharedApiServer, type TestApiServer } from '../support/api-server.ts';
import { startMode, untilReady, type ModeProcess } from '../support/mode-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

export type ControllerClient = ServiceClient<'csi.v1.Controller'>;
export type NodeClient = ServiceClient<'csi.v1.Node'>;

/** Controllers and nodes by their names, each a process of its own, with a real API server between them. */
export class ProcessCluster {
  readonly catalog: Catalog;
  readonly #server: TestApiServer;
  readonly #directory: TemporaryDirectory;
  readonly #more: object;
  readonly #processes = new Map<string, ModeProcess>();
  readonly #connections: Connection[] = [];

  /** `more`: of the configuration of every process. */
  constructor(server: TestApiServer, more: object = {}) {
    this.#server = server;
    this.#more = more;
    this.#directory = temporaryDirectory('tome-process-cluster');
    this.catalog = openKubernetesCatalog({ credentials: server.credentials('admin'), log: silent });
  }

  at(...names: readonly string[]): string {
    return join(this.#directory.path, ...names);
  }

  /**
   * With a pool `default` of its own, of 1 GiB, and with `more` in its configuration. One that was killed comes back with
   * what its disk has.
   */
  async startNode(name: string, more: object = {}): Promise<NodeClient> {
    const backing = { file: this.at(name, 'pool.img'), size: '1Gi', thin: true };
    const pools = [{ name: 'default', path: this.at(name, 'pool'), backing }];
    const config = { kubeletDir: this.at(name, 'kubelet'), stateDir: this.at(name, 'state'), httpPort: 0, pools };
    const process = await this.#start(name, 'node', { ...config, ...more });
    await process.logged('the API server answers, the agent is at work');
    await mkdir(this.at(name, 'kubelet/pods'), { recursive: true });
    return await this.#connect(this.at(name, 'kubelet/plugins/csi.tome.storage/csi.sock'), 'csi.v1.Node');
  }

  async startController(name: string): Promise<ControllerClient> {
    const socket = this.at(`${name}.sock`);
    const process = await this.#start(name, 'controller', { socket, httpPort: 0 });
    await process.logged('the CSI socket is served');
    return await this.#connect(socket, 'csi.v1.Controller');
  }

  /** SIGKILL. */
  async kill(name: string): Promise<void> {
    await this.#processes.get(name)?.end('SIGKILL');
  }

  async cleanUp(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    await Promise.all([...this.#processes.keys()].map((name) => this.kill(name)));
    await this.catalog.close();
    await this.#directory.cleanUp();
  }

  async #start(name: string, mode: 'controller' | 'node', config: object): Promise<ModeProcess> {
    const env = { NODE_NAME: name, KUBECONFIG: this.#server.kubeconfig };
    const process = await startMode(this.at(name), { mode, config: { ...config, ...this.#more }, env });
    this.#processes.set(name, process);
    return process;
  }

  async #connect<S extends 'csi.v1.Node' | 'csi.v1.Controller'>(socket: string, service: S): Promise<ServiceClient<S>> {
    const connection = connectSocket(socket);
    this.#connections.push(connection);
    await untilReady(connection.service('csi.v1.Identity'));
    return connection.service(service);
  }
}

/** Without any process and any resource of ours. */
export async function processCluster(more: object = {}): Promise<ProcessCluster> {
  const server = await sharedApiServer();
  await wipe(server);
  return new ProcessCluster(server, more);
}
