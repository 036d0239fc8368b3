import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials, type ServerOptions, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { VolumeError } from '../../domain/errors.ts';
import type { Service } from './implement.ts';
import { grpcDefinition, methodsOf } from './load-services.ts';
import { unary } from './unary.ts';

export interface ServeOptions {
  readonly socketPath: string;
  readonly services: readonly Service[];
  readonly log: Logger;
}

export interface RunningServer {
  /** Takes no new calls and waits up to 5 s for those under way, then drops them. Safe to repeat. */
  close(): Promise<void>;
}

/** A request that keeps to the specification's limits is far below this; how many run at once is not limited. */
const OPTIONS: ServerOptions = { 'grpc.max_receive_message_length': 4 * 1024 * 1024, 'grpc.enable_channelz': 0 };

/** `sun_path` has 108 bytes, one of them for the NUL; a longer path would be cut short silently. */
const SOCKET_PATH_LIMIT = 107;

const CLOSE_LIMIT_MS = 5000;

/**
 * Serves on a Unix socket that only its owner can use. A socket left by a server that is gone is replaced. Throws
 * FailedPrecondition when another server answers there or the path is something else, InvalidArgument when it is too long.
 */
export async function serveSocket({ socketPath, services, log }: ServeOptions): Promise<RunningServer> {
  const absolute = path.resolve(socketPath);
  if (Buffer.byteLength(absolute) > SOCKET_PATH_LIMIT) {
    throw new VolumeError(
      'InvalidArgument',
      `${absolute} is too long for a socket: at most ${SOCKET_PATH_LIMIT} bytes`,
    );
  }
  await mkdir(path.dirname(absolute), { recursive: true });
  await makeRoom(absolute);

  const server = new Server(OPTIONS);
  for (const service of services) server.addService(grpcDefinition(service.name), implementation(service, log));
  await bind(server, absolute);
  return { close: () => close(server) };
}

async function makeRoom(socketPath: string): Promise<void> {
  const present = await lstat(socketPath).catch(ignoreMissing);
  if (present === undefined) return;
  if (!present.isSocket()) {
    throw new VolumeError('FailedPrecondition', `${socketPath} exists and is not a socket; choose another path`);
  }
  if (await isAnswered(socketPath)) {
    throw new VolumeError(
      'FailedPrecondition',
      `another server answers at ${socketPath}; stop it or choose another path`,
    );
  }
  await rm(socketPath, { force: true });
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function isAnswered(socketPath: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });
}

function implementation(service: Service, log: Logger): UntypedServiceImplementation {
  const calls = methodsOf(service.name).flatMap((method) => {
    const handler = service.handlers.get(method.key);
    return handler === undefined ? [] : [[method.name, unary(method, handler, log)] as const];
  });
  return Object.fromEntries(calls);
}

async function bind(server: Server, socketPath: string): Promise<void> {
  // Without it the socket would be open to others for the moment before chmod.
  const umask = process.umask(0o077);
  try {
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix://${socketPath}`, ServerCredentials.createInsecure(), (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  } finally {
    process.umask(umask);
  }
  await chmod(socketPath, 0o600);
}

async function close(server: Server): Promise<void> {
  const done = new AbortController();
  const finished = new Promise<void>((resolve) => {
    server.tryShutdown(() => {
      resolve();
    });
  });
  const limit = delay(CLOSE_LIMIT_MS, undefined, { signal: done.signal, ref: false }).catch(() => undefined);
  await Promise.race([finished, limit]);
  done.abort();
  server.forceShutdown();
}
