import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from '../../../src/agent/agent.ts';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { modifyStatus } from '../../../src/catalog/modify.ts';
import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { Quotas } from '../../../src/csi/controller/quota/quotas.ts';
import { controllerService } from '../../../src/csi/controller/service.ts';
import type { CreateVolumeRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import type { ServiceClient } from '../../../src/csi/server/client.ts';
import type { ManagedRoot } from '../../../src/domain/pool.ts';
import { unmadeVolume, type VolumeSpec } from '../../../src/domain/volume.ts';
import { filesystems } from '../../../src/filesystem/registry.ts';
import { openManagedPlace, type ManagedPlace } from '../../../src/managed/managed-place.ts';
import { KeyedQueue } from '../../../src/pool/keyed-queue.ts';
import { PoolSet } from '../../../src/pool/pool-set.ts';
import { realSync } from '../../catalog/sqlite/scratch.ts';
import { host, silent, testDeps } from '../../pool/open-test-pool.ts';
import { shownAt } from '../../managed/managed-world.ts';
import { mount, volumeRequest } from '../../support/controller.ts';
import { serveForTest, type Served } from '../../support/serve-for-test.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary.ts';

export interface ManagedNode {
  readonly agent: Agent;
  readonly place: ManagedPlace;
  /** Volumes that count as shown here. */
  readonly used: Set<string>;
}

/** Nodes with managed roots of their own and one that they share, and a controller, over one catalog. */
export class ManagedCluster {
  readonly directory: TemporaryDirectory = temporaryDirectory('tome-managed');
  readonly #nodes = new Map<string, ManagedNode>();
  readonly #served: Served;
  readonly catalog: Catalog;

  constructor(catalog: Catalog, served: Served) {
    this.catalog = catalog;
    this.#served = served;
  }

  get controller(): ServiceClient<'csi.v1.Controller'> {
    return this.#served.connection.service('csi.v1.Controller');
  }

  /** Of a node's own, or of the one that all share. A node's root is at the same path to it as to the others. */
  root(name: string): string {
    return join(this.directory.path, name);
  }

  /** Makes a directory below a root. */
  make(root: string, ...names: readonly string[]): string {
    const path = join(this.root(root), ...names);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** `catalog`: as this node has it; `sweepIntervalMs`: how often it looks who acts, at least every ten seconds. */
  async start(
    name: string,
    roots: readonly ManagedRoot[],
    { catalog = this.catalog, sweepIntervalMs = 200 } = {},
  ): Promise<ManagedNode> {
    const used = new Set<string>();
    const managed = await openManagedPlace({
      host,
      log: silent,
      nodeName: name,
      directory: this.root(`state-${name}/managed`),
      roots,
      locks: new KeyedQueue(),
      shown: {
        of: (id) => Promise.resolve(used.has(id) ? [shownAt('/target')] : []),
        all: () => Promise.resolve(new Map([...used].map((id) => [id, [shownAt('/target')]]))),
      },
    });
    const known = { uuidOf: () => Promise.resolve(undefined), remember: () => Promise.resolve() };
    const pools = new PoolSet([], testDeps(), known);
    const common = { catalog, pools, managed, nodeName: name, log: silent };
    const agent = new Agent({ ...common, ownsCatalog: false, sweepIntervalMs });
    const node = { agent, place: managed, used };
    this.#nodes.set(name, node);
    await agent.start();
    return node;
  }

  async stop(name: string): Promise<void> {
    await this.#nodes.get(name)?.agent.stop();
    this.#nodes.delete(name);
  }

  /** As if the pool's agent had not answered for two minutes. */
  async silence(pool: string): Promise<void> {
    const heartbeat = new Date(Date.now() - 120_000).toISOString();
    await modifyStatus(this.catalog.pools, pool, ({ status }) => ({ ...status, heartbeat }));
  }

  create(name: string, hostPath: string, more: Record<string, string> = {}, changes: CreateVolumeRequest = {}) {
    const volumeCapabilities = [mount(more['sharing'] === 'many' ? 'MULTI_NODE_MULTI_WRITER' : 'SINGLE_NODE_WRITER')];
    const parameters = { type: 'managed', hostPath, ...more };
    return this.controller.createVolume(volumeRequest(name, { volumeCapabilities, parameters, ...changes }));
  }

  /** As a person writes a Volume, which nobody takes away when it is refused. */
  async write(id: string, pool: string, hostPath: string, more: Partial<VolumeSpec> = {}): Promise<void> {
    const request = { desired: 'Present', revision: 1, name: id, uuid: randomUUID() } as const;
    const rest = { size: 0, volumeMode: 'Filesystem', provisioning: 'thin', exclusive: false } as const;
    const managed = { hostPath, uid: 0, gid: 0, containerUid: 0, containerGid: 0 };
    const given = {
      managed,
      pool,
      parameters: {},
      tags: {},
      mkfsOptions: [],
      accessModes: [],
      attachments: [],
      ...more,
    };
    await this.catalog.volumes.create(id, { ...request, ...rest, ...given }, unmadeVolume);
  }

  async cleanUp(): Promise<void> {
    for (const name of [...this.#nodes.keys()]) await this.stop(name);
    await this.#served.stop();
    await this.catalog.close();
    await this.directory.cleanUp();
  }
}

export async function managedCluster(): Promise<ManagedCluster> {
  const aside = temporaryDirectory('tome-catalog');
  const catalog = await openSqliteCatalog({ path: join(aside.path, 'catalog.db'), sync: realSync });
  const rules = filesystems(host).rulebook;
  const quotas = new Quotas({ catalog, filesystemRules: rules, now: Date.now });
  const served = await serveForTest([
    controllerService({ catalog, quotas, filesystemRules: rules, maxVolumesPerNode: 0 }),
  ]);
  const stop = async () => {
    await served.stop();
    await aside.cleanUp();
  };
  return new ManagedCluster(catalog, { ...served, stop });
}
