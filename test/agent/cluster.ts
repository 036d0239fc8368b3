import { join } from 'node:path';
import type { Logger } from 'pino';
import { Agent } from '../../src/agent/agent.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { openSqliteCatalog } from '../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { NodeTurns } from '../../src/csi/controller/node-turns.ts';
import { Quotas } from '../../src/csi/controller/quota/quotas.ts';
import { controllerService } from '../../src/csi/controller/service.ts';
import { groupControllerService } from '../../src/csi/group-controller/service.ts';
import type { ServiceClient } from '../../src/csi/server/client.ts';
import type { DomainEvent } from '../../src/domain/event.ts';
import type { PoolResource } from '../../src/domain/pool.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { PoolSet } from '../../src/pool/pool-set.ts';
import { realSync } from '../catalog/sqlite/scratch.ts';
import { host, poolSettings, silent, testDeps, xfsPlace, type PoolPlace } from '../pool/open-test-pool.ts';
import { serveForTest, type Served } from '../support/serve-for-test.ts';
import { noManaged } from '../managed/managed-world.ts';
import { soon } from '../support/soon.ts';

export interface TestNode {
  readonly name: string;
  readonly agent: Agent;
  readonly pool: Pool;
  /** The agent ends and another begins, over the same pools: as when the driver alone is updated. */
  restartAgent(): Promise<void>;
  /** The agent ends, and its pool is closed: as when the machine is off. */
  stop(): Promise<void>;
}

/** Who sees which catalog. */
export interface TestCatalogs {
  readonly everything: Catalog;
  readonly ofControllers: readonly [Catalog, Catalog];
  ofNode(name: string): Catalog;
  close(): Promise<void>;
}

export interface Controller {
  readonly controller: ServiceClient<'csi.v1.Controller'>;
  readonly group: ServiceClient<'csi.v1.GroupController'>;
}

export interface NodeOptions {
  /** What the agent uses in place of the cluster's catalog. */
  readonly catalog?: Catalog;
  readonly log?: Logger;
  readonly sweepIntervalMs?: number;
  /** False: the agent is there and has not begun. */
  readonly isStarted?: boolean;
}

/** Nodes with a pool `default` of their own each, and two controllers, over one catalog. */
export class TestCluster {
  readonly catalog: Catalog;
  readonly controllers: readonly [Controller, Controller];
  readonly events: DomainEvent[] = [];
  readonly #places: ReadonlyMap<string, PoolPlace>;
  readonly #served: readonly Served[];
  readonly #nodes = new Set<TestNode>();

  readonly #catalogs: TestCatalogs;

  constructor(catalogs: TestCatalogs, places: ReadonlyMap<string, PoolPlace>, served: readonly [Served, Served]) {
    this.catalog = catalogs.everything;
    this.#catalogs = catalogs;
    this.#places = places;
    this.#served = served;
    this.controllers = [clientsOf(served[0]), clientsOf(served[1])];
  }

  get controller(): Controller['controller'] {
    return this.controllers[0].controller;
  }

  /** What a controller over the catalog acts with. */
  get deps() {
    const { catalog } = this;
    const common = { catalog, filesystemRules: filesystems(host).rulebook, now: Date.now };
    return { ...common, quotas: new Quotas(common), maxVolumesPerNode: 0, turns: new NodeTurns() };
  }

  /** The node comes up, with what its disk has. */
  async start(name: string, options: NodeOptions = {}): Promise<TestNode> {
    const { catalog = this.#catalogs.ofNode(name), log = silent, sweepIntervalMs = 60_000, isStarted = true } = options;
    const path = this.#places.get(name)?.path ?? '';
    const settings = poolSettings({ name: 'default', path });
    const known = { uuidOf: () => Promise.resolve(undefined), remember: () => Promise.resolve() };
    const pools = new PoolSet([settings], testDeps(), known);
    await pools.open();
    const [pool] = pools.all();
    if (pool === undefined) throw new Error(`the pool of ${name} is not open`);
    const events = { record: (event: DomainEvent) => void this.events.push(event) };
    const managed = await noManaged();
    const makeAgent = () =>
      new Agent({ catalog, pools, managed, nodeName: name, ownsCatalog: false, log, sweepIntervalMs, events });
    let agent = makeAgent();
    const node: TestNode = {
      name,
      get agent() {
        return agent;
      },
      pool,
      restartAgent: async () => {
        await agent.stop();
        agent = makeAgent();
        await agent.start();
      },
      stop: async () => {
        if (!this.#nodes.delete(node)) return;
        await agent.stop();
        await pools.close();
      },
    };
    this.#nodes.add(node);
    if (isStarted) await agent.start();
    return node;
  }

  /** The node of this name is off. */
  async stop(name: string): Promise<void> {
    for (const node of this.#nodes) if (node.name === name) await node.stop();
  }

  /** As if the node had not answered for two minutes. */
  async silence(name: string): Promise<void> {
    const heartbeat = new Date(Date.now() - 120_000).toISOString();
    await modifyStatus(this.catalog.pools, `${name}.default`, ({ status }) => ({ ...status, heartbeat }));
  }

  /** What the operator does for a node that is gone for good. */
  async deletePool(name: string): Promise<void> {
    const pool = await this.catalog.pools.find(`${name}.default`);
    if (pool !== undefined) await this.catalog.pools.remove(pool);
  }

  async untilPool(name: string, isSo: (pool: PoolResource | undefined) => boolean): Promise<void> {
    await waitUntil(this.catalog.pools, `${name}.default`, isSo, soon());
  }

  /** The catalog loses a volume and a snapshot, and an agent adopts them; as they were, and as they are then. */
  async losesAndAdopts(volume: string, snapshot: string) {
    const { volumes, snapshots } = this.catalog;
    const lost = { volume: await volumes.find(volume), snapshot: await snapshots.find(snapshot) };
    if (lost.volume === undefined || lost.snapshot === undefined) throw new Error('they were not made');
    await volumes.remove(lost.volume);
    await snapshots.remove(lost.snapshot);
    const adopted = {
      volume: await waitUntil(volumes, volume, (now) => now?.status.ready === true, soon()),
      snapshot: await waitUntil(snapshots, snapshot, (now) => now?.status.ready === true, soon()),
    };
    return { lost, adopted };
  }

  async cleanUp(): Promise<void> {
    for (const node of this.#nodes) await node.stop();
    for (const served of this.#served) await served.stop();
    await this.#catalogs.close();
    // Each, also when another one cannot be.
    const cleaned = await Promise.allSettled([...this.#places.values()].map((place) => place.cleanUp()));
    for (const outcome of cleaned) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** No node is up yet. */
export async function testCluster(
  names: readonly string[],
  open: (aside: string) => Promise<TestCatalogs> = oneForAll,
): Promise<TestCluster> {
  const places = new Map<string, PoolPlace>();
  for (const name of names) places.set(name, await xfsPlace());
  const catalogs = await open([...places.values()][0]?.aside ?? '');
  const serve = (catalog: Catalog): Promise<Served> => {
    const filesystemRules = filesystems(host).rulebook;
    const quotas = new Quotas({ catalog, filesystemRules, now: Date.now });
    return serveForTest([
      controllerService({ catalog, quotas, filesystemRules, maxVolumesPerNode: 0 }),
      groupControllerService({ catalog, quotas }),
    ]);
  };
  const [first, second] = catalogs.ofControllers;
  return new TestCluster(catalogs, places, [await serve(first), await serve(second)]);
}

/** A CreateVolume request of 16 MiB ext4. */
export function small(name: string) {
  return {
    name,
    capacityRange: { requiredBytes: 16 * MiB },
    volumeCapabilities: [{ mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' as const } }],
  };
}

async function oneForAll(aside: string): Promise<TestCatalogs> {
  const catalog = await openSqliteCatalog({ path: join(aside, 'catalog.db'), sync: realSync });
  return {
    everything: catalog,
    ofControllers: [catalog, catalog],
    ofNode: () => catalog,
    close: () => catalog.close(),
  };
}

function clientsOf({ connection }: Served): Controller {
  return { controller: connection.service('csi.v1.Controller'), group: connection.service('csi.v1.GroupController') };
}
