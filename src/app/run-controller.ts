import { controllerConfig, type ControllerOptions } from './controller-config.ts';
import { startController } from './controller.ts';
import { openClusterCatalog } from './cluster-catalog.ts';
import { processLog, runUntilStopped } from './run-until-stopped.ts';

/** `tome controller`: serves the sidecars beside it until SIGINT or SIGTERM. */
export async function runController(options: ControllerOptions): Promise<void> {
  const config = controllerConfig(options, process.env);
  const log = processLog(config.logLevel);
  await runUntilStopped(() => startController({ config, log, catalog: openClusterCatalog({ log }) }), log);
}
