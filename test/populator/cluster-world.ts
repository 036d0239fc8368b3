import { chmod, chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { pino } from 'pino';
import * as z from 'zod';
import { claims } from '../../src/catalog/kubernetes/apis.ts';
import { ObjectClient } from '../../src/catalog/kubernetes/object-client.ts';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import type { DomainEvent } from '../../src/domain/event.ts';
import * as objects from '../../src/populator/objects.ts';
import { Populator } from '../../src/populator/populator.ts';
import { sharedApiServer } from '../support/api-server.ts';
import { grantWhatTheChartGives } from './grant.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');
export const OWN = 'tome-populator';
export const USERS = 'team-a';
/** Of every volume that is provisioned. */
export const HANDLE = `vol-${'0'.repeat(32)}`;

export const podSchema = z.object({
  metadata: z.object({ name: z.string(), uid: z.string() }),
  spec: z.looseObject({
    automountServiceAccountToken: z.boolean(),
    securityContext: z.looseObject({ runAsUser: z.number(), runAsNonRoot: z.boolean() }),
    containers: z.tuple([
      z.looseObject({
        args: z.array(z.string()),
        env: z.array(z.looseObject({ name: z.string() })),
        securityContext: z.looseObject({ allowPrivilegeEscalation: z.boolean() }),
      }),
    ]),
  }),
});

export const claimSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    finalizers: z.array(z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.looseObject({ volumeName: z.string().optional(), dataSourceRef: z.unknown().optional() }),
});

/** A populator on a real API server; what else a cluster has (provisioner, scheduler, kubelet, binding) is done by hand. */
export async function clusterWorld() {
  const api = await sharedApiServer();
  const admin = new ApiServer(api.credentials('admin'), 10_000);
  const told: DomainEvent[] = [];
  const clock = { now: Date.now() };
  for (const name of [OWN, USERS]) await ensure('/api/v1/namespaces', { metadata: { name } });
  for (const volumeBindingMode of ['Immediate', 'WaitForFirstConsumer']) {
    const metadata = { name: `import-${volumeBindingMode.toLowerCase()}` };
    await ensure('/apis/storage.k8s.io/v1/storageclasses', { metadata, provisioner: 'x.example', volumeBindingMode });
  }
  const settings = {
    namespace: OWN,
    image: 'tome-csi:test',
    imagePullPolicy: 'IfNotPresent',
    imagePullSecrets: [],
    resources: {},
  };
  await grantWhatTheChartGives(ensure, { imports: { enabled: true } }, OWN, ['controller', 'imports']);
  // Who has no other right.
  const server = new ApiServer(api.credentials('populator'), 10_000);
  const client = new ObjectClient(server);
  const events = { record: (event: DomainEvent) => void told.push(event) };
  const deps = { client, settings, events, driverName: 'csi.tome.storage', now: () => clock.now };
  const watched = {
    list: () => client.list(claims, undefined, {}, objects.claimSchema),
    start: () => undefined,
    stop: () => Promise.resolve(),
  };
  const clones = { ...deps, snapshots: { find: () => Promise.resolve(undefined) } };
  const populator = new Populator({ claims: watched, clones, imports: deps, log: pino({ level: 'silent' }) });

  async function post(place: string, body: object): Promise<void> {
    const { status, body: said } = await admin.request({ method: 'POST', path: place, body });
    if (status !== 201) throw new Error(JSON.stringify(said));
  }

  /** Another file's tests may have made it before, on the same API server. */
  async function ensure(place: string, body: object): Promise<void> {
    const { status, body: said } = await admin.request({ method: 'POST', path: place, body });
    if (status !== 201 && status !== 409) throw new Error(JSON.stringify(said));
  }

  async function get<T extends z.ZodType>(place: string, schema: T): Promise<z.output<T> | undefined> {
    const { status, body } = await admin.request({ method: 'GET', path: place });
    return status === 404 ? undefined : schema.parse(body);
  }

  async function patch(place: string, body: object): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const { status, body: said } = await admin.request({ method: 'PATCH', path: place, body, contentType });
    if (status !== 200) throw new Error(JSON.stringify(said));
  }

  const claimsOf = (namespace: string) => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  async function ask(name: string, spec: object, storageClassName = 'import-immediate'): Promise<string> {
    await post(`/apis/tome.storage/v1alpha1/namespaces/${USERS}/volumeimports?fieldValidation=Strict`, {
      apiVersion: 'tome.storage/v1alpha1',
      kind: 'VolumeImport',
      metadata: { name },
      spec,
    });
    await post(claimsOf(USERS), {
      metadata: { name },
      spec: {
        storageClassName,
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        dataSourceRef: { apiGroup: 'tome.storage', kind: 'VolumeImport', name },
      },
    });
    const claim = await get(`${claimsOf(USERS)}/${name}`, claimSchema);
    return claim?.metadata.uid ?? '';
  }

  const statusOf = async (name: string) => {
    const schema = z.object({ status: z.object({ claims: z.array(z.record(z.string(), z.string())) }) });
    const found = await get(`/apis/tome.storage/v1alpha1/namespaces/${USERS}/volumeimports/${name}`, schema);
    return found?.status.claims;
  };
  const podPath = (uid: string) => `/api/v1/namespaces/${OWN}/pods/import-${uid}`;
  const primePath = (uid: string) => `${claimsOf(OWN)}/import-${uid}`;

  /** What a provisioner and the binding controller do. */
  async function provision(uid: string): Promise<string> {
    const prime = await get(primePath(uid), claimSchema);
    const name = `pv-${prime?.metadata.uid ?? ''}`;
    await post('/api/v1/persistentvolumes', {
      metadata: { name },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
        csi: { driver: 'csi.tome.storage', volumeHandle: HANDLE },
        claimRef: { namespace: OWN, name: `import-${uid}`, uid: prime?.metadata.uid },
      },
    });
    await patch(primePath(uid), { spec: { volumeName: name } });
    return name;
  }

  /** What a kubelet does: runs the container's arguments, as its user, in a directory that has the pod's group. */
  async function runPod(directory: string, uid: string, credentials: Record<string, string> = {}): Promise<void> {
    const pod = await get(podPath(uid), podSchema);
    const volume = path.join(directory, `volume-${uid}`);
    await mkdir(volume, { recursive: true });
    await chown(volume, 0, pod?.spec.securityContext.runAsUser ?? 0);
    await chmod(volume, 0o2775);
    await chmod(directory, 0o755);
    const args = await argumentsOf(uid, credentials);
    const given = args.map((word) => (word === '/volume' ? volume : word));
    const user = pod?.spec.securityContext.runAsUser ?? 0;
    const options = { uid: user, gid: user, reject: false, env: { HOME: '/tmp', ...credentials } };
    const { exitCode, stderr } = await execa(process.execPath, [main, ...given], options);
    const finishedAt = new Date(clock.now).toISOString().replace(/\.\d+Z/, 'Z');
    const terminated = { exitCode: exitCode ?? -1, message: stderr, finishedAt, startedAt: finishedAt };
    const container = {
      name: 'import',
      image: 'x',
      imageID: 'x',
      ready: false,
      restartCount: 0,
      state: { terminated },
    };
    const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
    await patch(`${podPath(uid)}/status`, { status: { phase, containerStatuses: [container] } });
  }

  /** What everybody on the node sees: `$(NAME)` is put in by the kubelet, and `$$` is a `$`. */
  async function argumentsOf(uid: string, env: Record<string, string>): Promise<readonly string[]> {
    const pod = await get(podPath(uid), podSchema);
    const expanded = (word: string) =>
      word.replace(/\$(?:\$|\(([^)]*)\))/g, (all, name?: string) => (name === undefined ? '$' : (env[name] ?? all)));
    return (pod?.spec.containers[0].args ?? []).map(expanded);
  }

  /** Pods that no node has are gone at once; claims are kept by a finalizer until a controller sees to it. */
  async function releasePrime(uid: string): Promise<void> {
    if ((await get(primePath(uid), claimSchema)) !== undefined)
      await patch(primePath(uid), { metadata: { finalizers: [] } });
  }

  const claimRefOf = async (volume: string) =>
    (await get(`/api/v1/persistentvolumes/${volume}`, z.object({ spec: z.object({ claimRef: z.looseObject({}) }) })))
      ?.spec.claimRef;
  return {
    ...{ admin, server, deps, populator, told, clock, post, get, patch, claimsOf, ask, statusOf, podPath, primePath },
    ...{ provision, runPod, argumentsOf, releasePrime, claimRefOf },
  };
}

export type ClusterWorld = Awaited<ReturnType<typeof clusterWorld>>;
