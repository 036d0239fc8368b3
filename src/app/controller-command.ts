import type { Command } from 'commander';
import type { GlobalOptions } from '../cli/program.ts';
import type { ControllerOptions } from './controller-config.ts';
import { configOption, driverNameOption, httpPortOption, logLevelOption, maxVolumesOption } from './daemon-options.ts';
import { ensureRuntime } from './ensure-runtime.ts';

/** `tome controller`. Loaded only when it is asked for. */
export function addControllerCommand(program: Command): void {
  program
    .command('controller')
    .description('run the controller of a cluster: it decides, and the agents of the nodes act')
    .addOption(configOption())
    .addOption(driverNameOption())
    .addOption(maxVolumesOption())
    .addOption(httpPortOption('where /healthz, /readyz and /metrics are; 0 for nowhere (default: 9808)'))
    .addOption(logLevelOption())
    .action(async (options: ControllerOptions) => {
      ensureRuntime();
      const { runController } = await import('./run-controller.ts');
      const { socket } = program.opts<GlobalOptions>();
      await runController({ ...options, ...(socket !== undefined && { socket }) });
    });
}
