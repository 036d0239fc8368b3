import { resolve } from 'node:path';
import { linuxHost } from '../host/linux-host.ts';
import { standaloneConfig, type StandaloneConfig, type StandaloneOptions } from './config.ts';
import { requireRoot } from './require-root.ts';
import { processLog, runUntilStopped } from './run-until-stopped.ts';
import { startStandalone } from './standalone.ts';

/** `tome standalone`: serves until SIGINT or SIGTERM. Volumes in use stay mounted when it ends. */
export async function runStandalone(options: StandaloneOptions): Promise<void> {
  requireRoot();
  const config = standaloneConfig(options);
  const log = processLog(config.logLevel);
  await runUntilStopped(async () => {
    const driver = await startStandalone(config, linuxHost(), log);
    process.stdout.write(welcome(config));
    return driver;
  }, log);
}

function welcome({ socket, pools, nodeName }: Pick<StandaloneConfig, 'socket' | 'pools' | 'nodeName'>): string {
  const tome = 'npx tome';
  return [
    `tome-csi serves node ${nodeName} at unix://${socket}`,
    ...pools.map(({ name, path }) => `pool ${name}: ${path}`),
    '',
    'Try, in another terminal:',
    // Where the commands look by themselves, when they are run where the driver was started.
    ...(socket === resolve('.tome/csi.sock') ? [] : [`  export TOME_SOCKET=${socket}`]),
    `  ${tome} volume create first --size 1Gi`,
    `  ${tome} volume attach first /mnt/first`,
    `  ${tome} snapshot create first-1 --volume first`,
    `  ${tome} volume create second --from-snapshot first-1`,
    `  ${tome} volume ls`,
    '',
    'and to remove it all:',
    `  ${tome} volume detach first`,
    `  ${tome} volume rm first second`,
    `  ${tome} snapshot rm first-1`,
    '',
    '',
  ].join('\n');
}
