import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { PrimeClaims } from '../csi/controller/origin/prime-claims.ts';
import { PoolWatch } from '../csi/controller/pool-watch.ts';
import { QuotaKeeper } from '../csi/controller/quota/quota-keeper.ts';
import { Quotas } from '../csi/controller/quota/quotas.ts';
import { controllerService } from '../csi/controller/service.ts';
import { groupControllerService } from '../csi/group-controller/service.ts';
import { identityService } from '../csi/identity/service.ts';
import { serveSocket } from '../csi/server/serve.ts';
import { VolumeError } from '../domain/errors.ts';
import type { EventRecorder } from '../domain/event.ts';
import { filesystems } from '../filesystem/registry.ts';
import { Metrics } from '../metrics/metrics.ts';
import { systemClock } from '../schedule/clock.ts';
import { ScheduleController } from '../schedule-controller/schedule-controller.ts';
import { TemplateController } from '../template-controller/template-controller.ts';
import { briefly } from './briefly.ts';
import type { ControllerConfig } from './controller-config.ts';
import { serveMonitoring } from './monitoring.ts';
import { noHost } from './no-host.ts';
import { populatorFor } from './populator.ts';
import type { Running } from './run-until-stopped.ts';
import { version } from './version.ts';

export interface ControllerSurroundings {
  readonly config: ControllerConfig;
  readonly catalog: Catalog;
  readonly events: EventRecorder;
  /** Where claims, SnapshotSchedules and VolumeTemplates are; closed at the end. Without it nobody looks at them. */
  readonly server?: ApiServer;
  readonly log: Logger;
}

/** Milliseconds for which an answer of the API server to Probe holds. */
const CHECKED_MS = 2_000;

/** Milliseconds that Probe waits for it. */
const CHECK_LIMIT_MS = 2_000;

/** Identity, Controller and GroupController over a catalog that others share. Closes the catalog as it ends. */
export async function startController({
  config,
  catalog,
  events,
  server: apiServer,
  log,
}: ControllerSurroundings): Promise<Required<Running>> {
  const { driverName, maxVolumesPerNode, socket: socketPath, httpPort } = config;
  const running = new AsyncDisposableStack();
  running.defer(() => catalog.close());
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  // Whoever runs the controller looks at it in their own time.
  failed.catch(() => undefined);
  try {
    const metrics = new Metrics({ version, mode: 'controller' });
    const filesystemRules = filesystems(noHost, config.filesystems).rulebook;
    const quotas = new Quotas({ catalog, filesystemRules, now: Date.now });
    const { namespace } = config;
    const objects = apiServer && new ObjectClient(apiServer);
    const primes = objects && namespace !== undefined ? new PrimeClaims({ objects, namespace, events }) : undefined;
    const services = [
      identityService({ driverName, version, check: briefly(() => checkInTime(catalog), CHECKED_MS) }),
      controllerService({ catalog, quotas, filesystemRules, maxVolumesPerNode, primes }),
      groupControllerService({ catalog, quotas }),
    ];
    const watch = new PoolWatch({ catalog, now: Date.now, events, log });
    running.defer(() => watch.stop());
    watch.start();
    const keeper = new QuotaKeeper({ catalog, quotas, log });
    running.defer(() => keeper.stop());
    keeper.start();
    if (apiServer !== undefined) {
      const schedules = new ScheduleController({ server: apiServer, catalog, events, clock: systemClock(), log });
      running.defer(() => schedules.stop());
      schedules.start();
      const creating = { catalog, quotas, now: Date.now };
      const templates = new TemplateController({ server: apiServer, creating, driverName, log });
      running.defer(() => templates.stop());
      templates.start();
      const populator = populatorFor({ config, catalog, server: apiServer, events, log });
      running.defer(() => populator?.stop());
      populator?.start();
    }
    const server = await serveSocket({ socketPath, services, log, observe: metrics.observeRpc });
    running.defer(() => server.close());
    log.info({ socket: socketPath }, 'the CSI socket is served');
    if (httpPort > 0) {
      const health = { socketPath, isServing: () => true, defects: () => Promise.resolve([]), problems: () => [] };
      const http = serveMonitoring(config, metrics, health, log);
      running.defer(() => http.close());
      http.port.catch(fail);
    }
    return { failed, close: () => running.disposeAsync() };
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
}

/** The catalog is patient with an API server that is away; Probe must answer before its caller gives up. */
async function checkInTime(catalog: Catalog): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const message = `the API server has not answered within ${CHECK_LIMIT_MS / 1000} s`;
  const limit = setTimeout(reject, CHECK_LIMIT_MS, new VolumeError('Unavailable', message));
  try {
    await Promise.race([catalog.check(), late]);
  } finally {
    clearTimeout(limit);
  }
}
