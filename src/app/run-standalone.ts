import { pino, type Logger } from 'pino';
import { linuxHost } from '../host/linux-host.ts';
import { standaloneConfig, type StandaloneConfig, type StandaloneOptions } from './config.ts';
import { startStandalone } from './standalone.ts';

/** `tome standalone`: serves until SIGINT or SIGTERM. Volumes in use stay mounted when it ends. */
export async function runStandalone(options: StandaloneOptions): Promise<void> {
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

/** The first of them; a second one ends the process as it ends any other. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
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
