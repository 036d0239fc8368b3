import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { KubernetesCollection } from '../../src/catalog/kubernetes/collection.ts';
import {
  groupKind,
  poolKind,
  quotaKind,
  snapshotKind,
  volumeKind,
  type Kind,
} from '../../src/catalog/kubernetes/kinds.ts';
import { ObjectClient } from '../../src/catalog/kubernetes/object-client.ts';
import { openKubernetesCatalog } from '../../src/catalog/kubernetes/open-kubernetes-catalog.ts';
import { ResourceClient } from '../../src/catalog/kubernetes/resource-client.ts';
import { templateGroupKind } from '../../src/catalog/kubernetes/template-group-kind.ts';
import { templateKind } from '../../src/catalog/kubernetes/template-kind.ts';
import { Quotas } from '../../src/csi/controller/quota/quotas.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { volumeTemplateGroupStatusSchema } from '../../src/domain/volume-template-group.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import type { GroupWork } from '../../src/template-controller/group/group-work.ts';
import { TemplateController } from '../../src/template-controller/template-controller.ts';
import { catalogsOn } from '../agent/catalogs-on.ts';
import { small, testCluster, type TestCluster, type TestNode } from '../agent/cluster.ts';
import { wipe } from '../catalog/kubernetes/wipe.ts';
import { host, silent } from '../pool/open-test-pool.ts';
import { sharedApiServer, type TestApiServer } from '../support/api-server.ts';
import { kubectl, type ApiObject, type Kubectl } from '../support/kubernetes/objects.ts';
import { boundClaim, post } from './bound-claim.ts';

const driverName = 'csi.tome.storage';
const accessModes = ['ReadWriteOnce'];
const storage = { storage: '16Mi' };

const groupStatusSchema = volumeTemplateGroupStatusSchema.extend({ memberCount: z.number().optional() });
export type GroupStatus = z.infer<typeof groupStatusSchema>;

/** A real API server, an agent with a pool on `node`, a namespace with claims and pods, and replicas of the controller. */
export class GroupWorld {
  readonly kubectl: Kubectl;
  readonly namespace = `groups-${randomUUID().slice(0, 8)}`;
  readonly #server: TestApiServer;
  readonly #cluster: TestCluster;
  readonly #admin: ApiServer;
  readonly #persistentVolumes: string[] = [];
  readonly #replicas: (() => Promise<void>)[] = [];
  node: TestNode;

  constructor(server: TestApiServer, cluster: TestCluster, node: TestNode) {
    this.#server = server;
    this.#cluster = cluster;
    this.node = node;
    this.#admin = new ApiServer(server.credentials('admin'), 10_000);
    this.kubectl = kubectl(server);
  }

  get catalog() {
    return this.#cluster.catalog;
  }

  get controller() {
    return this.#cluster.controller;
  }

  async restartNode(): Promise<void> {
    await this.node.stop();
    this.node = await this.#cluster.start('node');
  }

  async post(path: string, body: object): Promise<string> {
    return await post(this.#admin, path, body);
  }

  async remove(path: string): Promise<void> {
    await this.#admin.request({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
  }

  /** Takes the lock off a VolumeTemplate. */
  async unlock(name: string): Promise<void> {
    const path = `/apis/tome.storage/v1alpha1/volumetemplates/${name}`;
    const body = { spec: { deleteLock: false } };
    const { status } = await this.#admin.request({
      ...{ method: 'PATCH', path, body },
      contentType: 'application/merge-patch+json',
    });
    if (status >= 300) throw new Error(`PATCH ${path}: ${status}`);
  }

  /** A claim that is bound to a volume of the driver, made for it, or to one of another driver. */
  async claim(name: string, options: { readonly driver?: string; readonly ownerUid?: string } = {}): Promise<void> {
    const { driver = driverName, ownerUid } = options;
    const isOurs = driver === driverName;
    if (isOurs) await this.#cluster.controller.createVolume(small(name));
    const volumeHandle = isOurs ? volumeId(name) : name;
    const bound = { namespace: this.namespace, name, driver, volumeHandle, ownerUid };
    this.#persistentVolumes.push(await boundClaim(this.#admin, bound));
  }

  /** Returns its uid. */
  async pod(name: string, claims: readonly string[], ephemeral: readonly string[] = []): Promise<string> {
    const template = { spec: { accessModes, resources: { requests: storage } } };
    const volumes = [
      ...claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
      ...ephemeral.map((one) => ({ name: one, ephemeral: { volumeClaimTemplate: template } })),
      { name: 'scratch', emptyDir: {} },
    ];
    return await this.post(`/api/v1/namespaces/${this.namespace}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'main', image: 'none' }], volumes },
    });
  }

  startReplica(): void {
    const own = openKubernetesCatalog({ credentials: this.#server.credentials('controller'), log: silent });
    const { rulebook: filesystemRules } = filesystems(host, []);
    const quotas = new Quotas({ catalog: own, filesystemRules, now: Date.now });
    const server = new ApiServer(this.#server.credentials('controller'), 10_000);
    const creating = { catalog: own, quotas, now: Date.now };
    const controller = new TemplateController({ server, creating, driverName, log: silent, intervalMs: 200 });
    controller.start();
    this.#replicas.push(async () => {
      await controller.stop();
      server.close();
      await own.close();
    });
  }

  async stopReplicas(): Promise<void> {
    await Promise.all(this.#replicas.splice(0).map((stop) => stop()));
  }

  /** What a controller works with, all of it over this one connection. */
  workOver(server: ApiServer): GroupWork & { close: () => Promise<void> } {
    const collections: { close(): Promise<void> }[] = [];
    const of = <Spec, Status>(kind: Kind<Spec, Status>) => {
      const scopes = [{ fieldSelector: undefined, covers: () => true }];
      const client = new ResourceClient(server, kind);
      const made = new KubernetesCollection({ client, scopes, watchSeconds: 60, log: silent });
      collections.push(made);
      return made;
    };
    const catalog = {
      ...{ volumes: of(volumeKind), snapshots: of(snapshotKind), groups: of(groupKind) },
      ...{ pools: of(poolKind), quotas: of(quotaKind) },
      check: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const { rulebook: filesystemRules } = filesystems(host, []);
    const quotas = new Quotas({ catalog, filesystemRules, now: Date.now });
    return {
      ...{ templates: of(templateKind), groups: of(templateGroupKind), objects: new ObjectClient(server), driverName },
      creating: { catalog, quotas, now: Date.now },
      close: async () => {
        await Promise.all(collections.map((collection) => collection.close()));
        server.close();
      },
    };
  }

  credentials() {
    return this.#server.credentials('controller');
  }

  async group(name: string, spec: object): Promise<ApiObject> {
    return await this.kubectl.create('volumetemplategroups', { metadata: { name }, spec });
  }

  async status(name: string): Promise<GroupStatus> {
    return groupStatusSchema.parse((await this.kubectl.get('volumetemplategroups', name))?.status);
  }

  async untilStatus(name: string, isSo: (status: GroupStatus) => boolean): Promise<GroupStatus> {
    await this.until(
      async () => isSo(await this.status(name)),
      async () => JSON.stringify(await this.status(name)),
    );
    return await this.status(name);
  }

  async until(
    isSo: () => Promise<boolean>,
    describe: () => Promise<string> = () => Promise.resolve(''),
  ): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new Error(`it does not come to be so: ${await describe()}`);
      await delay(50);
    }
  }

  /** The names of VolumeTemplates, and of templates in the catalog. */
  async made(): Promise<{ readonly shown: readonly string[]; readonly templates: readonly string[] }> {
    const shown = (await this.kubectl.table('volumetemplates')).map(({ Name }) => String(Name));
    const snapshots = await this.catalog.snapshots.list({ isExact: true });
    const templates = snapshots.flatMap(({ spec }) => spec.template ?? []);
    return { shown: shown.toSorted(), templates: templates.toSorted() };
  }

  async close(): Promise<void> {
    await this.stopReplicas();
    for (const name of this.#persistentVolumes) await this.remove(`/api/v1/persistentvolumes/${name}`);
    await this.remove(`/api/v1/namespaces/${this.namespace}`);
    await this.#cluster.cleanUp();
    this.kubectl.close();
    this.#admin.close();
  }
}

export async function groupWorld(): Promise<GroupWorld> {
  const server = await sharedApiServer();
  await wipe(server);
  const cluster = await testCluster(['node'], () => Promise.resolve(catalogsOn(server)));
  const world = new GroupWorld(server, cluster, await cluster.start('node'));
  const metadata = { name: world.namespace };
  await world.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  return world;
}
