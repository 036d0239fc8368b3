import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { standaloneConfig, type StandaloneOptions } from '../../src/app/config.ts';
import { startStandalone } from '../../src/app/standalone.ts';
import { connectSocket, type ServiceClient } from '../../src/csi/server/client.ts';
import type { Host } from '../../src/host/host.ts';
import { linuxHost } from '../../src/host/linux-host.ts';

export interface TestDriver {
  readonly socket: string;
  readonly stateDir: string;
  readonly poolPath: string;
  readonly identity: ServiceClient<'csi.v1.Identity'>;
  readonly controller: ServiceClient<'csi.v1.Controller'>;
  readonly group: ServiceClient<'csi.v1.GroupController'>;
  readonly node: ServiceClient<'csi.v1.Node'>;
  readonly admin: ServiceClient<'tome.v1.Admin'>;
  readonly schedules: ServiceClient<'tome.v1.Schedules'>;
  /** Ends the connection alone. */
  disconnect(): void;
  close(): Promise<void>;
}

/** The options of a driver whose one pool is a small file below `directory`; the file takes what is written to it. */
export function driverOptions(directory: string, options: StandaloneOptions = {}): StandaloneOptions {
  const stateDir = join(directory, 'state');
  const backing = { file: join(stateDir, 'pool.img'), size: '4Gi', thin: true };
  const pools = [{ name: 'default', path: join(stateDir, 'pool'), backing }];
  return { stateDir, nodeName: 'node-1', logLevel: 'error', pools, ...options };
}

/** The whole driver in this process, on state below `directory` that may be there already. It logs to stderr. */
export async function startDriver(
  directory: string,
  options: StandaloneOptions = {},
  host: Host = linuxHost(),
  logFile: number | string = 2,
): Promise<TestDriver> {
  await mkdir(directory, { recursive: true });
  const config = standaloneConfig(driverOptions(directory, options));
  const log = pino({ level: config.logLevel }, pino.destination(logFile));
  const driver = await startStandalone(config, host, log);
  return connectTo(config.socket, config.stateDir, () => driver.close());
}

/** Clients of every service for a driver that listens already. */
export function connectTo(socket: string, stateDir: string, close: () => Promise<void>): TestDriver {
  const connection = connectSocket(socket);
  return {
    socket,
    stateDir,
    poolPath: join(stateDir, 'pool'),
    identity: connection.service('csi.v1.Identity'),
    controller: connection.service('csi.v1.Controller'),
    group: connection.service('csi.v1.GroupController'),
    node: connection.service('csi.v1.Node'),
    admin: connection.service('tome.v1.Admin'),
    schedules: connection.service('tome.v1.Schedules'),
    disconnect: () => {
      connection.close();
    },
    close: async () => {
      connection.close();
      await close();
    },
  };
}
