import { pino, type Logger } from 'pino';
import { VolumeError } from '../domain/errors.ts';
import { linuxHost } from '../host/linux-host.ts';
import { standaloneConfig, type StandaloneConfig, type StandaloneOptions } from './config.ts';
import { startStandalone } from './standalone.ts';

/** `tome standalone`: serves until SIGINT or SIGTERM. Volumes in use stay mounted when it ends. */
export async function runStandalone(options: StandaloneOptions): Promise<void> {
  if (process.geteuid?.() !== 0) {
    throw new VolumeError('FailedPrecondition', 'the driver needs root: it attaches loop devices and mounts them');
  }
  const config = standaloneConfig(options);
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: false }));
  surviveStrayErrors(log);
  const driver = await startStandalone(config, linuxHost(), log);
  process.stdout.write(welcome(config));
  // What the start alone needed: 4 MiB that an idle server would keep for ever.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  log.info({ signal: await stopSignal() }, 'stopping');
  await driver.close();
}

/** Who is stopped through a terminal and by its parent gets two signals for one. */
const TWICE_MS = 2_000;

/** The first of them; one that comes later than a moment after it ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  let first: number | undefined;
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      first ??= performance.now();
      if (performance.now() - first > TWICE_MS) process.exit(1);
      resolve(signal);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

/** A defect in one call must not take the others down with it; it is loud in the log. */
function surviveStrayErrors(log: Logger): void {
  process.on('unhandledRejection', (error) => {
    log.error({ err: error }, 'unhandled rejection');
  });
}

function welcome({ socket, pools, nodeName }: StandaloneConfig): string {
  const tome = 'npx tome';
  return [
    `tome-csi serves node ${nodeName} at unix://${socket}`,
    ...pools.map(({ name, path }) => `pool ${name}: ${path}`),
    '',
    'Try, in another terminal:',
    `  ${tome} volume create data --size 1Gi`,
    `  ${tome} volume attach data /mnt/data`,
    `  ${tome} snapshot create monday --volume data`,
    `  ${tome} volume create copy --from-snapshot monday`,
    `  ${tome} volume ls`,
    '',
    '',
  ].join('\n');
}
