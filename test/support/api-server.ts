import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import type { CredentialSource } from '../../src/catalog/kubernetes/credentials.ts';
import { freePort } from './free-port.ts';
import { installCrds, isServed } from './kubernetes/crds.ts';
import { installRoles } from './kubernetes/roles.ts';

/** etcd and kube-apiserver in one program, made by test/cluster/build. */
const PROGRAM = process.env['KUBE_BINARY'] ?? join(homedir(), '.cache/tome-cluster/bin/kube');

/** Who can ask: everything, what the chart gives the controller and the node, and nothing. */
export const users = ['admin', 'controller', 'node', 'populator', 'nobody'] as const;
export type User = (typeof users)[number];

/** A real Kubernetes API server with our CRDs, RBAC on, and nothing else of a cluster. */
export interface TestApiServer {
  readonly port: number;
  readonly kubeconfig: string;
  /** How a user reaches it; over another port when something is between. */
  credentials(user: User, port?: number): CredentialSource;
  /** SIGKILL; what runs there breaks. */
  kill(): Promise<void>;
  /** Again, with what etcd has. */
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT: it says nothing, and connections stay. */
  freeze(): void;
  thaw(): void;
  /** Keeps what etcd has now, for `restore`. */
  backUp(): Promise<void>;
  /** Kills both, and starts them with what etcd had at the last `backUp`. */
  restore(): Promise<void>;
}

let shared: Promise<TestApiServer> | undefined;

/** One for all tests of this process; it ends with the process, however that ends. */
export function sharedApiServer(): Promise<TestApiServer> {
  shared ??= startApiServer();
  return shared;
}

async function startApiServer(): Promise<TestApiServer> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: make it with test/cluster/build`);
  const directory = mkdtempSync(join(tmpdir(), 'tome-api-server-'));
  const children = new Set<ChildProcess>();
  process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  const run = (name: string, args: readonly string[]): ChildProcess => {
    const log = openSync(join(directory, `${name}.log`), 'a');
    // Killed by the kernel when this process is killed.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', PROGRAM, ...args], { stdio: ['ignore', log, log] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };

  const [etcdPort, peerPort, port] = await Promise.all([freePort(), freePort(), freePort()]);
  await writeSecrets(directory);
  const startEtcd = (): ChildProcess => run('etcd', etcdArguments(directory, etcdPort, peerPort));
  let etcd = startEtcd();
  const start = (): ChildProcess => run('kube-apiserver', apiServerArguments(directory, etcdPort, port));
  let process_ = start();

  const credentials =
    (user: User, otherPort = port): CredentialSource =>
    async () => ({
      server: new URL(`https://127.0.0.1:${otherPort}`),
      headers: { authorization: `Bearer ${user}` },
      tls: { ca: await readFile(join(directory, 'pki/apiserver.crt')) },
    });
  const admin = new ApiServer(credentials('admin'), 5_000);
  await untilReady(admin, directory);
  await installCrds(admin);
  await installRoles(admin);

  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(directory, port));
  const again = async (): Promise<void> => {
    process_ = start();
    // Custom resources are served a moment after all else.
    await untilReady(admin, directory, () => isServed(admin));
  };
  const startBoth = async (): Promise<void> => {
    etcd = startEtcd();
    await again();
  };
  return {
    port,
    kubeconfig,
    credentials,
    kill: () => end(process_),
    start: again,
    freeze: () => void process_.kill('SIGSTOP'),
    thaw: () => void process_.kill('SIGCONT'),
    async backUp() {
      await end(process_);
      await end(etcd);
      await cp(join(directory, 'etcd'), join(directory, 'backup'), { recursive: true });
      await startBoth();
    },
    async restore() {
      await end(process_);
      await end(etcd);
      await rm(join(directory, 'etcd'), { recursive: true });
      await cp(join(directory, 'backup'), join(directory, 'etcd'), { recursive: true });
      await startBoth();
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function writeSecrets(directory: string): Promise<void> {
  await mkdir(join(directory, 'pki'));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await writeFile(join(directory, 'sa.key'), privateKey);
  await writeFile(join(directory, 'sa.pub'), publicKey);
  const lines = users.map((user) => `${user},${user},${user}${user === 'admin' ? ',"system:masters"' : ''}`);
  await writeFile(join(directory, 'tokens.csv'), `${lines.join('\n')}\n`);
}

function etcdArguments(directory: string, port: number, peerPort: number): string[] {
  const client = `http://127.0.0.1:${port}`;
  const clients = ['--listen-client-urls', client, '--advertise-client-urls', client];
  const peers = ['--listen-peer-urls', `http://127.0.0.1:${peerPort}`];
  return [
    'etcd',
    '--data-dir',
    join(directory, 'etcd'),
    '--unsafe-no-fsync',
    '--log-level',
    'warn',
    ...clients,
    ...peers,
  ];
}

function apiServerArguments(directory: string, etcdPort: number, port: number): string[] {
  const keys = ['--service-account-key-file', join(directory, 'sa.pub')];
  const signing = ['--service-account-signing-key-file', join(directory, 'sa.key')];
  return [
    'kube-apiserver',
    ...['--etcd-servers', `http://127.0.0.1:${etcdPort}`, '--etcd-compaction-interval', '0'],
    ...['--bind-address', '127.0.0.1', '--secure-port', String(port), '--cert-dir', join(directory, 'pki')],
    ...['--service-cluster-ip-range', '10.96.0.0/16', '--endpoint-reconciler-type', 'none'],
    ...['--service-account-issuer', 'https://kubernetes.default.svc', ...keys, ...signing],
    ...['--token-auth-file', join(directory, 'tokens.csv'), '--authorization-mode', 'RBAC', '--allow-privileged'],
    ...['--disable-admission-plugins', 'ServiceAccount', '--shutdown-delay-duration', '0s'],
  ];
}

async function untilReady(admin: ApiServer, directory: string, isReady = () => Promise.resolve(true)): Promise<void> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const answer = await admin.request({ method: 'GET', path: '/readyz' }).catch(() => undefined);
    if (answer?.status === 200 && (await isReady())) return;
    if (performance.now() > deadline) {
      const log = await readFile(join(directory, 'kube-apiserver.log'), 'utf8').catch(() => '');
      throw new Error(`the API server does not start:\n${log.slice(-3000)}`);
    }
    await delay(100);
  }
}

function kubeconfigFor(directory: string, port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      {
        name: 'test',
        cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': join(directory, 'pki/apiserver.crt') },
      },
    ],
    users: [{ name: 'admin', user: { token: 'admin' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  });
}
