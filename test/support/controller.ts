import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { openSqliteCatalog, type SqliteCatalog } from '../../src/catalog/sqlite/open-sqlite-catalog.ts';
import type { ControllerDeps } from '../../src/csi/controller/deps.ts';
import { NodeTurns } from '../../src/csi/controller/node-turns.ts';
import { Quotas } from '../../src/csi/controller/quota/quotas.ts';
import { controllerService } from '../../src/csi/controller/service.ts';
import type { CreateVolumeRequest } from '../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import type { VolumeCapability } from '../../src/csi/gen/csi/v1/VolumeCapability.ts';
import { groupControllerService } from '../../src/csi/group-controller/service.ts';
import type { ServiceClient } from '../../src/csi/server/client.ts';
import type { AccessMode } from '../../src/domain/access.ts';
import type { PoolSpec, PoolStatus } from '../../src/domain/pool.ts';
import { GiB, KiB, TiB } from '../../src/domain/sizes.ts';
import type { Registration } from '../../src/filesystem/registered/registration.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { FakeAgent } from './fake-agent.ts';
import { serveForTest } from './serve-for-test.ts';

export interface TestController {
  readonly catalog: SqliteCatalog;
  /** For a handler that is called without the socket. */
  readonly deps: ControllerDeps;
  readonly agent: FakeAgent;
  readonly controller: ServiceClient<'csi.v1.Controller'>;
  readonly group: ServiceClient<'csi.v1.GroupController'>;
  addPool(id: string, spec?: Partial<PoolSpec>, status?: Partial<PoolStatus>): Promise<void>;
  setPool(id: string, status: Partial<PoolStatus>): Promise<void>;
  stop(): Promise<void>;
}

/** Nothing here is about what survives a crash. */
const noSync = { sync: () => Promise.resolve(), syncDescriptor: () => Promise.resolve() };

/** Controller and group controller behind a real socket, over a real catalog with a fake agent. It has no pool yet. */
export async function startController(
  maxVolumesPerNode = 0,
  registrations: readonly Registration[] = [],
): Promise<TestController> {
  const directory = await mkdtemp(join(tmpdir(), 'tome-controller-'));
  const catalog = await openSqliteCatalog({ path: join(directory, 'catalog.db'), sync: noSync });
  const agent = new FakeAgent(catalog);
  const filesystemRules = filesystems(linuxHost(), registrations).rulebook;
  const quotas = new Quotas({ catalog, filesystemRules, now: Date.now });
  const deps = {
    catalog,
    quotas,
    filesystemRules,
    maxVolumesPerNode,
    turns: new NodeTurns(),
    now: Date.now,
  };
  const served = await serveForTest([controllerService(deps), groupControllerService({ catalog, quotas })]);
  return {
    catalog,
    deps,
    agent,
    controller: served.connection.service('csi.v1.Controller'),
    group: served.connection.service('csi.v1.GroupController'),
    async addPool(id, spec = {}, status = {}) {
      const name = id.slice(id.indexOf('.') + 1);
      const agentNode = id.slice(0, id.indexOf('.'));
      await catalog.pools.create(id, { name, agent: agentNode, nodes: [agentNode], ...spec }, { ...roomy, ...status });
    },
    async setPool(id, status) {
      await modifyStatus(catalog.pools, id, (pool) => ({ ...pool.status, ...status }));
    },
    async stop() {
      agent.stop();
      await served.stop();
      await catalog.close();
      await rm(directory, { recursive: true });
    },
  };
}

const roomy: PoolStatus = {
  ready: true,
  reflink: true,
  capacity: 100 * GiB,
  promised: 0,
  used: 0,
  available: 100 * GiB,
  minimumVolumeSize: 64 * KiB,
  maximumVolumeSize: TiB,
  conditions: [],
};

export function mount(mode: AccessMode = 'SINGLE_NODE_WRITER', fsType = ''): VolumeCapability {
  return { mount: { fsType }, accessMode: { mode } };
}

export function block(mode: AccessMode = 'SINGLE_NODE_WRITER'): VolumeCapability {
  return { block: {}, accessMode: { mode } };
}

/** A good CreateVolume request, but for the changes. */
export function volumeRequest(name: string, changes: CreateVolumeRequest = {}): CreateVolumeRequest {
  return { name, volumeCapabilities: [mount()], capacityRange: { requiredBytes: GiB }, ...changes };
}

/** The id of a volume made so. */
export async function madeVolume(
  { controller }: TestController,
  name: string,
  changes: CreateVolumeRequest = {},
): Promise<string> {
  const { volume } = await controller.createVolume(volumeRequest(name, changes));
  return volume?.volumeId ?? '';
}
