import { pino } from 'pino';
import * as z from 'zod';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { ObjectClient } from '../../src/catalog/kubernetes/object-client.ts';
import { createTemplate } from '../../src/csi/controller/template/create-template.ts';
import { PrimeClaims } from '../../src/csi/controller/origin/prime-claims.ts';
import { controllerService } from '../../src/csi/controller/service.ts';
import type { DomainEvent } from '../../src/domain/event.ts';
import { CLONE_OF, MADE_FOR } from '../../src/domain/prime-claim.ts';
import { GiB } from '../../src/domain/sizes.ts';
import { ClaimWatch } from '../../src/populator/claim-watch.ts';
import { Populator } from '../../src/populator/populator.ts';
import { sharedApiServer } from '../support/api-server.ts';
import { madeVolume, mount, startController } from '../support/controller.ts';
import { serveForTest } from '../support/serve-for-test.ts';
import { grantWhatTheChartGives } from './grant.ts';

export const OWN = 'tome-clones';
export const USERS = 'team-b';
const CLAIMS = 'persistentvolumeclaims';
const driverName = 'csi.tome.storage';

const claimSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    finalizers: z.array(z.string()).default([]),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({ volumeName: z.string().optional() }),
});
const listSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const refSchema = z.object({ spec: z.object({ claimRef: z.looseObject({ uid: z.string() }) }) });

/**
 * Populators on a real API server, with the rights of the controller alone, and a controller with a template `gold` of
 * 1 GiB; what else a cluster has (provisioner, scheduler, binding) is done by hand.
 */
export async function cloneWorld() {
  const api = await sharedApiServer();
  const admin = new ApiServer(api.credentials('admin'), 10_000);
  const told: DomainEvent[] = [];
  const events = { record: (event: DomainEvent) => void told.push(event) };
  const log = pino({ level: 'silent' });
  for (const name of [OWN, USERS]) await ensure('/api/v1/namespaces', { metadata: { name } });
  for (const [name, provisioner, volumeBindingMode] of [
    ['clone-now', driverName, 'Immediate'],
    ['clone-late', driverName, 'WaitForFirstConsumer'],
    ['clone-foreign', 'x.example', 'Immediate'],
  ]) {
    const body = { metadata: { name }, provisioner, volumeBindingMode };
    await ensure('/apis/storage.k8s.io/v1/storageclasses', body);
  }
  await grantWhatTheChartGives(ensure, {}, OWN, ['controller']);
  const test = await startController();
  await test.addPool('a.default');
  const source = await madeVolume(test, 'source');
  const server = new ApiServer(api.credentials('populator'), 10_000);
  const primes = new PrimeClaims({ objects: new ObjectClient(server), namespace: OWN, events });
  const served = await serveForTest([controllerService({ ...test.deps, primes })]);
  const controller = served.connection.service('csi.v1.Controller');

  async function ensure(path: string, body: object): Promise<void> {
    const { status, body: said } = await admin.request({ method: 'POST', path, body });
    if (status !== 201 && status !== 409) throw new Error(JSON.stringify(said));
  }

  async function patch(path: string, body: object): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const { status, body: said } = await admin.request({ method: 'PATCH', path, body, contentType });
    if (status !== 200) throw new Error(JSON.stringify(said));
  }

  const claimPath = (namespace: string, name: string) =>
    `/api/v1/namespaces/${namespace}/${CLAIMS}/${name}`.replace(/\/$/, '');
  const usersPath = (name: string) => claimPath(USERS, name);
  const primePath = (uid: string) => claimPath(OWN, `clone-${uid}`);

  async function claim(path: string): Promise<z.output<typeof claimSchema> | undefined> {
    const { status, body } = await admin.request({ method: 'GET', path });
    return status === 404 ? undefined : claimSchema.parse(body);
  }

  /** What a person does; returns the claim's uid. */
  async function ask(name: string, storageClassName = 'clone-now', changes: object = {}): Promise<string> {
    const dataSourceRef = { apiGroup: 'tome.storage', kind: 'VolumeTemplate', name: 'gold' };
    const resources = { requests: { storage: '1Gi' } };
    const spec = { storageClassName, accessModes: ['ReadWriteOnce'], resources, dataSourceRef, ...changes };
    await ensure(`/api/v1/namespaces/${USERS}/${CLAIMS}`, { metadata: { name }, spec });
    return (await claim(usersPath(name)))?.metadata.uid ?? '';
  }

  /** The call that csi-provisioner makes for the claim that was made for this one. */
  async function createVolume(uid: string, changes: object = {}) {
    const name = `pvc-${(await claim(primePath(uid)))?.metadata.uid ?? uid}`;
    const note = 'csi.storage.k8s.io/pvc/';
    const parameters = { [`${note}namespace`]: OWN, [`${note}name`]: `clone-${uid}` };
    const capacityRange = { requiredBytes: GiB };
    return controller.createVolume({ name, parameters, volumeCapabilities: [mount()], capacityRange, ...changes });
  }

  /** A claim as the driver makes such; returns csi-provisioner's notes on it. */
  async function madeFor(name: string, claimOfUser: string, template?: string): Promise<Record<string, string>> {
    const annotations = { [MADE_FOR]: claimOfUser, ...(template !== undefined && { [CLONE_OF]: template }) };
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'x' };
    await ensure(`/api/v1/namespaces/${OWN}/${CLAIMS}`, { metadata: { name, annotations }, spec });
    return { 'csi.storage.k8s.io/pvc/namespace': OWN, 'csi.storage.k8s.io/pvc/name': name };
  }

  /** All that csi-provisioner and the binding controller do for that claim; returns the PersistentVolume's name. */
  async function provision(uid: string): Promise<string> {
    const { volume } = await createVolume(uid);
    const prime = await claim(primePath(uid));
    const name = `pv-${uid}`;
    await ensure('/api/v1/persistentvolumes', {
      metadata: { name },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
        csi: { driver: driverName, volumeHandle: volume?.volumeId },
        claimRef: { namespace: OWN, name: `clone-${uid}`, uid: prime?.metadata.uid },
      },
    });
    await patch(primePath(uid), { spec: { volumeName: name } });
    return name;
  }

  const ownerOf = async (volume: string) => {
    const { body } = await admin.request({ method: 'GET', path: `/api/v1/persistentvolumes/${volume}` });
    return refSchema.parse(body).spec.claimRef;
  };

  /** Claims that nothing uses are kept by a finalizer until a controller sees to it. */
  async function releasePrime(uid: string): Promise<void> {
    const prime = await claim(primePath(uid));
    if (prime?.metadata.deletionTimestamp !== undefined) await patch(primePath(uid), { metadata: { finalizers: [] } });
  }

  const depsWith = (client: ObjectClient) => {
    const settings = { namespace: OWN };
    return { client, settings, events, snapshots: test.catalog.snapshots, driverName };
  };
  const clones = depsWith(new ObjectClient(server));

  /** Another replica. */
  function populator({ client = new ObjectClient(server), watchSeconds = 300 } = {}): Populator {
    const claims = new ClaimWatch({ server, namespace: OWN, log, watchSeconds });
    return new Populator({ claims, clones: depsWith(client), imports: undefined, log });
  }

  const makeGold = async () => {
    const wish = { name: 'gold', source: { kind: 'volume', id: source }, convert: false, marks: { tags: {} } } as const;
    const call = { signal: new AbortController().signal, deadline: Date.now() + 60_000 };
    await createTemplate(wish, test.deps, call);
  };

  /** Other tests see all claims there are. */
  async function close(): Promise<void> {
    for (const namespace of [USERS, OWN]) {
      const { body } = await admin.request({ method: 'GET', path: claimPath(namespace, '') });
      for (const { metadata } of listSchema.parse(body).items) {
        const path = claimPath(namespace, metadata.name);
        await patch(path, { metadata: { finalizers: [] } });
        await admin.request({ method: 'DELETE', path });
      }
    }
    await served.stop();
    await test.stop();
    server.close();
    admin.close();
  }

  return {
    ...{ api, admin, server, test, told, clones, patch, claim, usersPath, primePath, ask, createVolume },
    madeFor,
    ...{ provision, ownerOf, releasePrime, populator, makeGold, close },
  };
}

export type CloneWorld = Awaited<ReturnType<typeof cloneWorld>>;
