import { join } from 'node:path';
import type { Logger } from 'pino';
import { Agent } from '../agent/agent.ts';
import { sharedFilesystemPoolIds } from '../agent/filesystems/shared-filesystems.ts';
import { managedPoolIds } from '../agent/managed/managed-agent.ts';
import { poolResourceId } from '../agent/register-pool.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CredentialSource } from '../catalog/kubernetes/credentials.ts';
import { identityService } from '../csi/identity/service.ts';
import type { DirectoryDeps } from '../csi/node/directory/deps.ts';
import { nodeService } from '../csi/node/service.ts';
import { withVolumeLock } from '../csi/node/volume-lock.ts';
import { localMounter } from '../filesystem/registered/local-mounter.ts';
import type { Mounter } from '../filesystem/registered/mounter.ts';
import { filesystems } from '../filesystem/registry.ts';
import type { EventRecorder } from '../domain/event.ts';
import type { Host } from '../host/host.ts';
import { addManagedMetrics } from '../metrics/managed-metrics.ts';
import { Metrics } from '../metrics/metrics.ts';
import { addNodeMetrics } from '../metrics/node-metrics.ts';
import { addPoolMetrics } from '../metrics/pool-metrics.ts';
import type { ManagedPlace } from '../managed/managed-place.ts';
import { isLabelOf } from '../pool/loop-label.ts';
import type { IoLimiter } from '../pool/io-limiter.ts';
import { PoolSet } from '../pool/pool-set.ts';
import { AgentKeeper } from './agent-keeper.ts';
import { checkPools } from './check-readiness.ts';
import { directories } from './directory-filesystems.ts';
import { openManaged, shownDirectories } from './managed.ts';
import { ioLimiterOf } from './io-limits.ts';
import { knownPools } from './known-pools.ts';
import { serveMonitoring } from './monitoring.ts';
import { openMountPods, type MountPods } from './mount-pods.ts';
import type { NodeConfig } from './node-config.ts';
import { NodeFront } from './node-front.ts';
import { poolSettings } from './pool-settings.ts';
import type { Running } from './run-until-stopped.ts';
import { version } from './version.ts';

export interface NodeSurroundings {
  readonly config: NodeConfig;
  readonly host: Host;
  readonly log: Logger;
  /** The catalog, narrowed to the pools of these ids. */
  readonly openCatalog: (poolIds: readonly string[]) => Catalog;
  readonly events: EventRecorder;
  /** How the API server is asked for pods. */
  readonly credentials: CredentialSource;
}

/**
 * Identity, Node and the agent of one node. Nothing waits for anything else: pools open as their disks come, the socket
 * is served as soon as a former driver has left it, the agent begins when the API server answers.
 */
export async function startNode(surroundings: NodeSurroundings): Promise<Required<Running>> {
  const running = new AsyncDisposableStack();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  // Whoever runs the node looks at it in their own time.
  failed.catch(() => undefined);
  try {
    await start(surroundings, running, fail);
    return { failed, close: () => running.disposeAsync() };
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
}

/** What was started last ends first. */
async function start(
  surroundings: NodeSurroundings,
  running: AsyncDisposableStack,
  fail: (error: unknown) => void,
): Promise<void> {
  const { config, host, log } = surroundings;
  await host.files.makeDirectory(config.stateDir, 0o700);
  const metrics = new Metrics({ version, mode: 'node' });
  const mountPods = mountPodsOf(surroundings);
  const ioLimiter = ioLimiterOf(config, host, log);
  const pools = poolsOf(surroundings, mountPods?.mounter ?? localMounter(host), ioLimiter);
  const shown = shownDirectories(config, host);
  const managed = await openManaged(config, shown, host, log);
  const allowedRoots = [config.kubeletDir];
  const { deps: directoryDeps, keep } = directories(shown, managed, { host, allowedRoots }, { stagesInside: true });
  const keeper = keeperOf(surroundings, pools, managed);
  const node = nodeDepsOf(surroundings, { pools, directories: directoryDeps, keeper });
  const front = frontOf(surroundings, node, metrics);

  if (config.httpPort > 0) {
    addPoolMetrics(metrics, pools, () => host.loops.list());
    addManagedMetrics(metrics, managed);
    addNodeMetrics(metrics, { front, keeper });
    const http = serveMonitoring(config, metrics, healthOf(config, front, keeper), log);
    running.defer(() => http.close());
    http.port.catch(fail);
  }
  running.defer(() => ioLimiter.close());
  await ioLimiter.begin();
  running.defer(() => pools.close());
  void pools.open();
  if (mountPods !== undefined) {
    running.defer(() => mountPods.close());
    const exclusively = (id: string, work: () => Promise<void>) => withVolumeLock(node, id, undefined, work);
    const isAttached = async (id: string) => (await host.loops.list()).some(({ label }) => isLabelOf(label, id));
    mountPods.tidy({ mountsDirectory: mountsDirectoryOf(config), isAttached, exclusively });
  }
  const mounts = keep(node);
  running.defer(() => mounts.close());
  running.defer(() => front.close());
  front.open().catch(fail);
  running.defer(() => keeper.close());
  keeper.start();
}

/** Undefined where no registered filesystem is mounted in a pod. */
function mountPodsOf({ config, host, log, credentials }: NodeSurroundings): MountPods | undefined {
  const { nodeName, mountPods } = config;
  if (mountPods === undefined) return undefined;
  return openMountPods({ settings: { nodeName, ...mountPods }, host, log, credentials, local: localMounter(host) });
}

function mountsDirectoryOf({ stateDir }: NodeConfig): string {
  return join(stateDir, 'mounts');
}

function poolsOf({ config, host, log }: NodeSurroundings, mounter: Mounter, ioLimiter: IoLimiter): PoolSet {
  const lockWaitMs = config.poolLockWaitSeconds * 1000;
  const settings = config.pools.map((pool) => poolSettings(pool, lockWaitMs));
  const mountsDirectory = mountsDirectoryOf(config);
  const registry = filesystems(host, config.filesystems, mounter);
  const deps = { host, filesystems: registry, mountsDirectory, mounter, ioLimiter, log };
  return new PoolSet(settings, deps, knownPools(config.stateDir, host));
}

interface NodeParts {
  readonly pools: PoolSet;
  readonly directories: DirectoryDeps;
  readonly keeper: AgentKeeper;
}

function nodeDepsOf({ config, host, log }: NodeSurroundings, { pools, directories, keeper }: NodeParts) {
  const { nodeName, kubeletDir, maxVolumesPerNode, ephemeral } = config;
  const allowedRoots = [kubeletDir];
  const onUsageChanged = (volumeId: string): void => {
    keeper.usageChanged(volumeId);
  };
  const onHealthChanged = (volumeId: string): void => {
    keeper.healthChanged(volumeId);
  };
  const told = { onUsageChanged, onHealthChanged };
  const common = { nodeName, pools, directories, host, log, ...told, filesystems: pools.filesystems };
  return { ...common, allowedRoots, maxVolumesPerNode, ephemeral };
}

type NodeService = ReturnType<typeof nodeDepsOf>;

function frontOf({ config, log }: NodeSurroundings, node: NodeService, metrics: Metrics): NodeFront {
  const { driverName, socket, registrationSocket } = config;
  const services = [identityService({ driverName, version, check: () => checkPools(node.pools) }), nodeService(node)];
  return new NodeFront({ driverName, socket, registrationSocket, services, observe: metrics.observeRpc, log });
}

function keeperOf(
  { config, log, openCatalog, events }: NodeSurroundings,
  pools: PoolSet,
  managed: ManagedPlace,
): AgentKeeper {
  const { nodeName, poolNames, sweepIntervalSeconds } = config;
  const sweepIntervalMs = sweepIntervalSeconds * 1000;
  const common = { pools, poolNames, managed, nodeName, ownsCatalog: false, events, log, sweepIntervalMs };
  const imagePools = pools.names.map((name) => poolResourceId(nodeName, name));
  const shared = sharedFilesystemPoolIds(pools.filesystems);
  return new AgentKeeper({
    openCatalog: () => openCatalog([...imagePools, ...shared, ...managedPoolIds(managed, nodeName)]),
    makeAgent: (catalog) => new Agent({ catalog, ...common }),
    log,
  });
}

function healthOf({ socket: socketPath }: NodeConfig, front: NodeFront, keeper: AgentKeeper) {
  return {
    socketPath,
    isServing: () => front.isServing,
    defects: () => front.defects(),
    problems: () => [front.problem, keeper.problem].filter((problem) => problem !== undefined),
  };
}
