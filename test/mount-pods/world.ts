import { dirname, join } from 'node:path';
import { pino } from 'pino';
import * as z from 'zod';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { localMounter } from '../../src/filesystem/registered/local-mounter.ts';
import type { Mounter } from '../../src/filesystem/registered/mounter.ts';
import { registrationSchema, type DirectoryRegistration } from '../../src/filesystem/registered/registration.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import type { MountPodDeps } from '../../src/mount-pods/deps.ts';
import { PodClient } from '../../src/mount-pods/pod-client.ts';
import { podMounter } from '../../src/mount-pods/pod-mounter.ts';
import { only, render } from '../chart/render.ts';
import { sharedApiServer } from '../support/api-server.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { Kubelet } from './kubelet.ts';

export const NAMESPACE = 'tome-mounts';

/** A node whose driver has no more rights than the chart gives it, and a kubelet that runs its pods on this machine. */
export interface World {
  readonly directory: TemporaryDirectory;
  readonly deps: MountPodDeps;
  readonly mounter: Mounter;
  readonly kubelet: Kubelet;
  /** As somebody who may do everything. */
  readonly admin: ApiServer;
  close(): Promise<void>;
}

const listSchema = z.object({ items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })) });

export async function openWorld(): Promise<World> {
  const api = await sharedApiServer();
  const admin = new ApiServer(api.credentials('admin'), 10_000);
  const directory = temporaryDirectory('tome-mount-pods');
  await post(admin, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await grantWhatTheChartGives(admin);
  const kubelet = new Kubelet(api.credentials('admin'), NAMESPACE, `node-${process.pid}`);
  const pki = join(dirname(api.kubeconfig), 'pki');
  await kubelet.start({ certificate: join(pki, 'apiserver.crt'), key: join(pki, 'apiserver.key') });

  const server = new ApiServer(api.credentials('node'), 10_000);
  const settings = {
    nodeName: kubelet.nodeName,
    namespace: NAMESPACE,
    labels: { 'app.kubernetes.io/component': 'mount' },
    priorityClassName: 'system-node-critical',
    imagePullSecrets: [],
    resources: { requests: { cpu: '10m' } },
  };
  const host = linuxHost();
  const deps = { host, client: new PodClient(server, NAMESPACE), settings, log: pino({ level: 'silent' }) };
  return {
    directory,
    deps,
    mounter: podMounter(deps, localMounter(host)),
    kubelet,
    admin,
    close: async () => {
      await kubelet.stop();
      server.close();
      admin.close();
      await directory.cleanUp();
    },
  };
}

/** The objects of a kind that there are in the namespace. */
export async function objects({ admin }: World, plural: 'pods' | 'secrets') {
  const { body } = await admin.request({ method: 'GET', path: `/api/v1/namespaces/${NAMESPACE}/${plural}` });
  return listSchema.parse(body).items;
}

export function directoryFilesystem(fields: object): DirectoryRegistration {
  const registration = registrationSchema.parse({
    name: 'test',
    kind: 'directory',
    image: 'localhost/anything:1',
    hooks: { mount: { command: ['true'] } },
    ...fields,
  });
  if (registration.kind !== 'directory') throw new Error('it is to be a directory');
  return registration;
}

/** The Role of the chart, for the user `node`. */
async function grantWhatTheChartGives(admin: ApiServer): Promise<void> {
  const hooks = { mount: { command: ['a'] } };
  const filesystems = [{ name: 'a', kind: 'directory', image: 'a:1', hooks }];
  const role = only(render({ filesystems }, { namespace: NAMESPACE }), 'Role', '-mount-pods');
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
  await post(admin, `${path}/roles`, role);
  await post(admin, `${path}/rolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'mounts' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata.name },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'node' }],
  });
}

async function post(admin: ApiServer, path: string, body: object): Promise<void> {
  const { status, body: said } = await admin.request({ method: 'POST', path, body });
  if (status !== 201 && status !== 409) throw new Error(`${path}: ${JSON.stringify(said)}`);
}
