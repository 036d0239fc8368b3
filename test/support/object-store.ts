import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { gatewayBinary } from './object-store-tools.ts';

export const ACCESS_KEY = 'tome-access';
export const SECRET_KEY = 'tome-secret-of-the-object-store';

export interface ObjectStore {
  readonly endpoint: string;
  /** Each directory in it is a bucket, each file below that an object. */
  readonly buckets: string;
  /** The directory with `access-key` and `secret-key` in it. */
  readonly credentials: string;
  stop(): Promise<void>;
}

/** An S3 server on this machine, over a directory. */
export async function startObjectStore(directory: string): Promise<ObjectStore> {
  const buckets = join(directory, 'buckets');
  const credentials = join(directory, 'credentials');
  await mkdir(buckets, { recursive: true });
  await mkdir(credentials, { recursive: true });
  await writeFile(join(credentials, 'access-key'), `${ACCESS_KEY}\n`, { mode: 0o600 });
  await writeFile(join(credentials, 'secret-key'), `${SECRET_KEY}\n`, { mode: 0o600 });
  const port = await freePort();
  const gateway = spawn(gatewayBinary, ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', buckets], {
    stdio: 'ignore',
    env: { ...process.env, ROOT_ACCESS_KEY: ACCESS_KEY, ROOT_SECRET_KEY: SECRET_KEY },
  });
  await untilListening(gateway, port);
  return { endpoint: `http://127.0.0.1:${port}`, buckets, credentials, stop: () => stop(gateway) };
}

async function untilListening(gateway: ChildProcess, port: number): Promise<void> {
  while (gateway.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(20);
  }
  throw new Error(`${gatewayBinary} ended with ${gateway.exitCode}`);
}

async function stop(gateway: ChildProcess): Promise<void> {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return;
  const exited = once(gateway, 'exit');
  gateway.kill('SIGKILL');
  await exited;
}
