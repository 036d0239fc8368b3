import { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { controllerConfig, type ControllerOptions } from './controller-config.ts';
import { startController } from './controller.ts';
import { clusterCredentials, openClusterCatalog, openClusterEvents } from './cluster-catalog.ts';
import { processLog, runUntilStopped } from './run-until-stopped.ts';

/** `tome controller`: serves the sidecars beside it until SIGINT or SIGTERM. */
export async function runController(options: ControllerOptions): Promise<void> {
  const config = controllerConfig(options, process.env);
  const log = processLog(config.logLevel);
  const catalog = openClusterCatalog({ log });
  const events = openClusterEvents({ log });
  const server = new ApiServer(clusterCredentials(process.env), 10_000);
  try {
    await runUntilStopped(() => startController({ config, log, catalog, events, server }), log);
  } finally {
    await events.close();
  }
}
