import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import type { CredentialSource } from '../../src/catalog/kubernetes/credentials.ts';

const podSchema = z.object({
  metadata: z.object({ name: z.string(), uid: z.string(), deletionTimestamp: z.string().optional() }),
  spec: z.object({
    terminationGracePeriodSeconds: z.int(),
    containers: z.tuple([
      z.object({
        name: z.string(),
        image: z.string(),
        command: z.array(z.string()),
        args: z.array(z.string()).default([]),
        envFrom: z.array(z.object({ secretRef: z.object({ name: z.string() }) })).default([]),
      }),
    ]),
  }),
});
type Pod = z.infer<typeof podSchema>;

interface Started {
  readonly uid: string;
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  output: string;
}

/** An image that can never be had, and one that takes its time. */
export const MISSING = 'localhost/missing:1';
export const SLOW = 'localhost/slow:1';

/**
 * Stands in for a kubelet: runs the programs of the pods of one node on this machine, in the mount namespace of the tests,
 * tells the API server of them, and serves their logs.
 */
export class Kubelet {
  readonly nodeName: string;
  readonly #api: ApiServer;
  readonly #namespace: string;
  readonly #started = new Map<string, Started>();
  readonly #stopping = new AbortController();
  #server: Server | undefined;
  #loop: Promise<void> | undefined;
  /** Pods of the image `SLOW` start from now on. */
  isSlow = true;

  constructor(credentials: CredentialSource, namespace: string, nodeName: string) {
    this.nodeName = nodeName;
    this.#namespace = namespace;
    this.#api = new ApiServer(credentials, 10_000);
  }

  /** `certificate` and `key` are the names of files: the API server asks for some, and does not look at whose. */
  async start({ certificate, key }: { certificate: string; key: string }): Promise<void> {
    const identity = { cert: readFileSync(certificate), key: readFileSync(key) };
    this.#server = createServer(identity, (request, response) => {
      // /containerLogs/NAMESPACE/POD/CONTAINER
      const name = (request.url ?? '').split('/')[3] ?? '';
      response.end(this.#started.get(name)?.output ?? '');
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await this.#ask('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: this.nodeName } });
    await this.#patch(`/api/v1/nodes/${this.nodeName}/status`, {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    });
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    for (const { child } of this.#started.values()) child.kill('SIGKILL');
    this.#api.close();
    this.#server?.close();
  }

  /** SIGKILL for the program of a pod. */
  async kill(name: string): Promise<void> {
    const started = this.#started.get(name);
    started?.child.kill('SIGKILL');
    await started?.ended;
  }

  async #run(): Promise<void> {
    const path = `${this.#pods()}?fieldSelector=spec.nodeName%3D${this.nodeName}`;
    while (!this.#stopping.signal.aborted) {
      const { items } = z.object({ items: z.array(podSchema) }).parse(await this.#ask('GET', path));
      for (const pod of items) await this.#look(pod);
      await delay(50);
    }
  }

  async #look(pod: Pod): Promise<void> {
    const { name, uid, deletionTimestamp } = pod.metadata;
    const started = this.#started.get(name);
    const isOurs = started?.uid === uid;
    if (deletionTimestamp !== undefined) {
      await this.#end(pod, isOurs ? started : undefined);
      return;
    }
    if (!isOurs) await this.#begin(pod);
  }

  async #end({ metadata }: Pod, started: Started | undefined): Promise<void> {
    if (started !== undefined && started.child.exitCode === null && started.child.signalCode === null) {
      started.child.kill('SIGTERM');
      await Promise.race([started.ended, delay(2_000)]);
      started.child.kill('SIGKILL');
      await started.ended;
    }
    await this.#ask('DELETE', `${this.#pods()}/${metadata.name}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
    });
  }

  async #begin(pod: Pod): Promise<void> {
    const { name, uid } = pod.metadata;
    const [{ image, command, args, envFrom }] = pod.spec.containers;
    if (image === MISSING) {
      await this.#waits(pod, 'ErrImagePull', `${image}: not found`);
      return;
    }
    if (image === SLOW && this.isSlow) {
      await this.#waits(pod, 'ContainerCreating');
      return;
    }
    const env = await this.#environment(envFrom.map(({ secretRef }) => secretRef.name));
    if (env === undefined) {
      await this.#waits(pod, 'CreateContainerConfigError', 'the Secret is not there');
      return;
    }
    const [program = '', ...rest] = [...command, ...args];
    const child = spawn(program, rest, { env: { PATH: process.env['PATH'], ...env }, detached: true });
    const ended = new Promise<void>((resolve) => {
      child.once('close', () => {
        resolve();
      });
    });
    const started: Started = { uid, child, ended, output: '' };
    const collect = (chunk: Buffer) => (started.output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    this.#started.set(name, started);
    await this.#tell(pod, 'Running', { running: {} });
    void ended.then(async () => {
      const exitCode = child.exitCode ?? 137;
      const state = { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } };
      await this.#tell(pod, exitCode === 0 ? 'Succeeded' : 'Failed', state).catch(() => undefined);
    });
  }

  async #environment(secrets: readonly string[]): Promise<Record<string, string> | undefined> {
    const [secret] = secrets;
    if (secret === undefined) return {};
    const path = `/api/v1/namespaces/${this.#namespace}/secrets/${secret}`;
    const { status, body } = await this.#api.request({ method: 'GET', path });
    if (status === 404) return undefined;
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(body);
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }

  #waits(pod: Pod, reason: string, message?: string): Promise<void> {
    return this.#tell(pod, 'Pending', { waiting: { reason, ...(message && { message }) } });
  }

  async #tell({ metadata, spec }: Pod, phase: string, state: object): Promise<void> {
    const [{ name, image }] = spec.containers;
    const containerStatuses = [{ name, image, imageID: '', ready: false, restartCount: 0, state }];
    await this.#patch(`${this.#pods()}/${metadata.name}/status`, { phase, containerStatuses });
  }

  #pods(): string {
    return `/api/v1/namespaces/${this.#namespace}/pods`;
  }

  #patch(path: string, status: object): Promise<unknown> {
    return this.#ask('PATCH', path, { status }, 'application/merge-patch+json');
  }

  async #ask(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    contentType?: string,
  ): Promise<unknown> {
    const response = await this.#api.request({ method, path, body, ...(contentType && { contentType }) });
    // What it looked at may be gone by now.
    if (response.status >= 400 && response.status !== 404 && response.status !== 409) {
      throw new Error(`${method} ${path}: ${JSON.stringify(response.body)}`);
    }
    return response.body;
  }
}
