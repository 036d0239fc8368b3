import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { StandaloneOptions } from './config.ts';
import { configOption, driverNameOption, httpPortOption, logLevelOption, maxVolumesOption } from './daemon-options.ts';
import { ensureRuntime } from './ensure-runtime.ts';
import type { GlobalOptions } from '../cli/program.ts';
import { sizeArgument } from '../cli/parse-options.ts';
import type { Terminal } from '../cli/terminal.ts';

type Pools = NonNullable<StandaloneOptions['pools']>;

interface Options {
  readonly config?: string;
  readonly stateDir?: string;
  readonly nodeName?: string;
  readonly driverName?: string;
  readonly pool?: Pools;
  readonly poolSize?: number;
  readonly maxVolumesPerNode?: number;
  readonly httpPort?: number;
  readonly logLevel?: NonNullable<StandaloneOptions['logLevel']>;
}

/** `tome standalone`: the driver itself. Loaded only when it is asked for. */
export function addStandaloneCommand(program: Command, { env }: Pick<Terminal, 'env'>): void {
  program
    .command('standalone')
    .description('run the driver for this machine: every CSI service on one Unix socket (as root)')
    .addOption(configOption())
    .option('--state-dir <dir>', 'where the catalog, the default pool and the socket are (default: ./.tome)')
    .addOption(
      new Option('--pool <[name=]dir>', 'keep volumes in this directory; may be given several times').argParser(
        poolOption,
      ),
    )
    .addOption(
      new Option(
        '--pool-size <size>',
        'size of the default pool (default: half of what the disk has free, at most 100Gi)',
      )
        .argParser(sizeArgument)
        .conflicts(['pool', 'config']),
    )
    .option('--node-name <name>', 'what this machine is called in CSI (default: its host name)')
    .addOption(driverNameOption())
    .addOption(maxVolumesOption())
    .addOption(httpPortOption('where /healthz, /readyz and /metrics are, on 127.0.0.1 (default: nowhere)'))
    .addOption(logLevelOption())
    .action(async ({ poolSize, pool, ...options }: Options) => {
      ensureRuntime();
      const { runStandalone } = await import('./run-standalone.ts');
      const socket = program.opts<GlobalOptions>().socket ?? (env['TOME_SOCKET'] || undefined);
      const pools = poolSize === undefined ? pool : [poolOfSize(options.stateDir, poolSize)];
      await runStandalone({ ...options, ...(socket !== undefined && { socket }), ...(pools && { pools }) });
    });
}

function poolOption(text: string, before: Pools = []): Pools {
  const [, name = 'default', path = ''] = /^(?:([^=/]+)=)?(.+)$/.exec(text) ?? [];
  if (before.some((pool) => pool.name === name)) {
    throw new InvalidArgumentError(`two pools are called ${name}; write NAME=DIR`);
  }
  return [...before, { name, path }];
}

function poolOfSize(stateDir = '.tome', size: number): Pools[number] {
  return { name: 'default', path: join(stateDir, 'pool'), backing: { file: join(stateDir, 'pool.img'), size } };
}
