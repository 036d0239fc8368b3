import { connect } from 'node:net';
import { connectSocket, type ServiceClient } from '../csi/server/client.ts';
import { CliError } from './cli-error.ts';
import { socketUrl } from './socket.ts';

/** The services of the driver that the commands use. */
export interface Driver {
  readonly controller: ServiceClient<'csi.v1.Controller'>;
  readonly group: ServiceClient<'csi.v1.GroupController'>;
  readonly node: ServiceClient<'csi.v1.Node'>;
  readonly admin: ServiceClient<'tome.v1.Admin'>;
  readonly schedules: ServiceClient<'tome.v1.Schedules'>;
  close(): void;
}

/** Throws CliError, at once, when nothing answers at the socket: a gRPC client alone would try for seconds. */
export async function connectDriver(socket: string): Promise<Driver> {
  await knock(socket);
  const connection = connectSocket(socket);
  return {
    controller: connection.service('csi.v1.Controller'),
    group: connection.service('csi.v1.GroupController'),
    node: connection.service('csi.v1.Node'),
    admin: connection.service('tome.v1.Admin'),
    schedules: connection.service('tome.v1.Schedules'),
    close: () => {
      connection.close();
    },
  };
}

function knock(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve();
    });
    connection.once('error', (error: NodeJS.ErrnoException) => {
      reject(unanswered(socket, error));
    });
  });
}

function unanswered(socket: string, error: NodeJS.ErrnoException): CliError {
  const url = socketUrl(socket);
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new CliError(`you may not use the driver at ${url}`, 'run the command as root (sudo)', { cause: error });
  }
  return new CliError(
    `no driver answers at ${url}`,
    'start it with: npm start (or tome standalone), or run the command in the directory where that was run; another socket: --socket PATH or TOME_SOCKET=PATH',
    { cause: error },
  );
}
