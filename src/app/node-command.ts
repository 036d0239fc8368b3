import type { Command } from 'commander';
import type { GlobalOptions } from '../cli/program.ts';
import { configOption, driverNameOption, httpPortOption, logLevelOption } from './daemon-options.ts';
import { ensureRuntime } from './ensure-runtime.ts';
import type { NodeOptions } from './node-config.ts';

/** `tome node`. Loaded only when it is asked for. */
export function addNodeCommand(program: Command): void {
  program
    .command('node')
    .description('run the driver of one node of a cluster (as root): its volumes, and the agent for its pools')
    .addOption(configOption())
    .option('--node-name <name>', "the node's name in the cluster (default: $NODE_NAME)")
    .addOption(driverNameOption())
    .option('--kubelet-dir <dir>', "the kubelet's directory (default: /var/lib/kubelet)")
    .option('--state-dir <dir>', 'where the node remembers its pools (default: /var/lib/tome)')
    .addOption(httpPortOption('where /healthz, /readyz and /metrics are; 0 for nowhere (default: 9808)'))
    .addOption(logLevelOption())
    .action(async (options: NodeOptions) => {
      ensureRuntime();
      const { runNode } = await import('./run-node.ts');
      const { socket } = program.opts<GlobalOptions>();
      await runNode({ ...options, ...(socket !== undefined && { socket }) });
    });
}
