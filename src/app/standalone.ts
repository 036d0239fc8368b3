import { join } from 'node:path';
import type { Logger } from 'pino';
import { Agent } from '../agent/agent.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite/open-sqlite-catalog.ts';
import { adminService } from '../csi/admin/service.ts';
import { QuotaKeeper } from '../csi/controller/quota/quota-keeper.ts';
import { Quotas } from '../csi/controller/quota/quotas.ts';
import { controllerService } from '../csi/controller/service.ts';
import { groupControllerService } from '../csi/group-controller/service.ts';
import { identityService } from '../csi/identity/service.ts';
import type { DirectoryDeps } from '../csi/node/directory/deps.ts';
import type { NodeDeps } from '../csi/node/deps.ts';
import { nodeService } from '../csi/node/service.ts';
import type { Service } from '../csi/server/implement.ts';
import { serveSocket } from '../csi/server/serve.ts';
import type { ObserveRpc } from '../csi/server/unary.ts';
import { GiB } from '../domain/sizes.ts';
import { localMounter } from '../filesystem/registered/local-mounter.ts';
import { filesystems, type FilesystemRegistry } from '../filesystem/registry.ts';
import type { Host } from '../host/host.ts';
import type { IoLimiter } from '../pool/io-limiter.ts';
import { PoolSet } from '../pool/pool-set.ts';
import { checkReadiness } from './check-readiness.ts';
import { directories } from './directory-filesystems.ts';
import type { StandaloneConfig } from './config.ts';
import { openManaged, shownDirectories } from './managed.ts';
import { ioLimiterOf } from './io-limits.ts';
import { knownPools } from './known-pools.ts';
import { sizedPoolSettings } from './pool-settings.ts';
import { startSchedules } from './schedules.ts';
import type { StandaloneParts } from './standalone-monitoring.ts';
import { withoutSymlinks } from './without-symlinks.ts';
import { version } from './version.ts';

export interface Standalone {
  readonly config: StandaloneConfig;
  /** Ends the calls under way, the agent, the catalog and the pools. What is mounted stays mounted. */
  close(): Promise<void>;
}

/** Inline volumes are the kubelet's; whoever plays it here has them too. */
const EPHEMERAL = { enabled: true, maximumSize: 10 * GiB };

interface Parts {
  readonly config: StandaloneConfig;
  readonly host: Host;
  readonly registry: FilesystemRegistry;
  readonly catalog: Catalog;
  readonly quotas: Quotas;
  readonly pools: PoolSet;
  readonly directories: DirectoryDeps;
  readonly log: Logger;
}

/** Every CSI service and the agent in this process, over one SQLite catalog and the configured pools. */
export async function startStandalone(config: StandaloneConfig, host: Host, log: Logger): Promise<Standalone> {
  const running = new AsyncDisposableStack();
  try {
    await start(config, host, log, running);
    return { config, close: () => running.disposeAsync() };
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
}

/** What was started last ends first. */
async function start(config: StandaloneConfig, host: Host, log: Logger, running: AsyncDisposableStack): Promise<void> {
  const { stateDir, nodeName, socket, sweepIntervalSeconds } = config;
  await host.files.makeDirectory(stateDir, 0o700);
  const registry = filesystems(host, config.filesystems);
  const catalog = await openSqliteCatalog({ path: join(stateDir, 'catalog.db'), sync: host.files });
  running.defer(() => catalog.close());
  const ioLimiter = ioLimiterOf(config, host, log);
  running.defer(() => ioLimiter.close());
  await ioLimiter.begin();
  const pools = await openPools({ config, host, registry, ioLimiter, log });
  running.defer(() => pools.close());
  const shown = shownDirectories(config, host);
  const managed = await openManaged({ ...config, nodeName: undefined }, shown, host, log);
  const sweepIntervalMs = sweepIntervalSeconds * 1000;
  const agent = new Agent({ catalog, pools, managed, nodeName, ownsCatalog: true, log, sweepIntervalMs });
  running.defer(() => agent.stop());
  await agent.start();
  const { deps, keep } = directories(shown, managed, { host, allowedRoots: config.allowedRoots });
  const node = nodeDepsOf({ config, host, registry, pools, directories: deps, log });
  const keeper = keep(node);
  running.defer(() => keeper.close());
  const quotas = new Quotas({ catalog, filesystemRules: registry.rulebook, now: Date.now });
  const quotaKeeper = new QuotaKeeper({ catalog, quotas, log });
  running.defer(() => quotaKeeper.stop());
  quotaKeeper.start();
  const services = servicesOf({ config, host, registry, catalog, quotas, pools, directories: deps, log }, node);
  const observe =
    config.httpPort > 0 ? await monitor({ config, host, pools, managed, agent, log }, running) : undefined;
  const { rulebook: filesystemRules } = registry;
  const { maxVolumesPerNode } = config;
  const schedules = await startSchedules({ catalog, quotas, filesystemRules, maxVolumesPerNode, log }, running);
  const server = await serveSocket({ socketPath: socket, services: [...services, schedules], log, observe });
  running.defer(() => server.close());
}

async function monitor(parts: StandaloneParts, running: AsyncDisposableStack): Promise<ObserveRpc> {
  const { monitorStandalone } = await import('./standalone-monitoring.ts');
  const { metrics, http } = monitorStandalone(parts);
  running.defer(() => http.close());
  await http.port;
  return metrics.observeRpc;
}

async function openPools(
  parts: Pick<Parts, 'config' | 'host' | 'registry' | 'log'> & { readonly ioLimiter: IoLimiter },
): Promise<PoolSet> {
  const { config, host, registry, ioLimiter, log } = parts;
  const lockWaitMs = config.poolLockWaitSeconds * 1000;
  const settings = await Promise.all(config.pools.map((pool) => sizedPoolSettings(pool, lockWaitMs, host)));
  // As mountinfo will have it.
  const mountsDirectory = join(withoutSymlinks(config.stateDir), 'mounts');
  const deps = { host, filesystems: registry, mountsDirectory, mounter: localMounter(host), ioLimiter, log };
  const pools = new PoolSet(settings, deps, knownPools(config.stateDir, host));
  await pools.open();
  return pools;
}

function nodeDepsOf(parts: Omit<Parts, 'catalog' | 'quotas'>): NodeDeps {
  const { config, host, registry, pools, directories, log } = parts;
  const { nodeName, maxVolumesPerNode, allowedRoots } = config;
  const common = { nodeName, pools, host, directories, filesystems: registry, log };
  return { ...common, allowedRoots, maxVolumesPerNode, ephemeral: EPHEMERAL };
}

function servicesOf(
  { config, registry, catalog, quotas, pools, directories }: Parts,
  node: NodeDeps,
): readonly Service[] {
  const { driverName, nodeName, maxVolumesPerNode, socket } = config;
  return [
    identityService({ driverName, version, check: () => checkReadiness(catalog, pools) }),
    controllerService({ catalog, quotas, filesystemRules: registry.rulebook, maxVolumesPerNode }),
    groupControllerService({ catalog, quotas }),
    nodeService(node),
    adminService({
      catalog,
      quotas,
      pools,
      shown: directories.shown,
      nodeName,
      stagingRoot: join(socket, '..', 'staging'),
    }),
  ];
}
